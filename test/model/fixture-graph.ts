import { fileURLToPath } from 'node:url';
import { type Checkpoint, openCheckpoint, openFolder } from '../../src/checkpoint/index.js';
import { createGraph, type GraphOptions, type ModelGraph } from '../../src/model/create-graph.js';
import { type Architecture, architectures } from '../../src/model/index.js';
import { checkpointFolder } from './golden.js';

export interface FixtureGraph extends ModelGraph {
  readonly checkpoint: Checkpoint;
  readonly architecture: Architecture;
}

/** The graph of a tiny checkpoint, with every hook point, and the checkpoint. */
export function fixtureGraph(name: string, options: GraphOptions = {}): Promise<FixtureGraph> {
  return folderGraph(fileURLToPath(checkpointFolder(name)), options);
}

/** The graph of any checkpoint in a folder. */
export async function folderGraph(folder: string, options: GraphOptions = {}): Promise<FixtureGraph> {
  const checkpoint = await openCheckpoint(await openFolder(folder));
  const architecture = architectures.find(({ modelType }) => modelType === checkpoint.modelType)!;
  return { ...createGraph(checkpoint, architecture, options), checkpoint, architecture };
}
