import { fileURLToPath } from 'node:url';
import { loadModel } from '../../src/load-model.js';
import type { Model } from '../../src/model/index.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { checkpointFolder } from './golden.js';

/** The engine of a test file; it ends with the process. */
const runtime = new NodeRuntime();

/** A tiny checkpoint as a model. */
export function openFixture(name: string): Promise<Model> {
  return loadModel(fileURLToPath(checkpointFolder(name)), { runtime });
}

/** Any folder as a model, in the same engine. */
export function openFolderModel(folder: string): Promise<Model> {
  return loadModel(folder, { runtime });
}

/** Ids as a text that a model can read: one whose decoder reads it again answers at its end token. */
export function inputOf({ dimensions }: Model, tokenIds: readonly number[]): { tokenIds: readonly number[] } {
  const { rereads, endId } = dimensions.decoder ?? {};
  return { tokenIds: rereads ? [...tokenIds, endId!] : tokenIds };
}
