import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSafetensors, serializeSafetensors } from '../../src/checkpoint/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import { checkpointFolder } from './golden.js';

/** What is changed in a copy of a tiny checkpoint. */
export interface Changes {
  /** Entries of config.json; undefined removes one. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Edits the tensors by their names in the file. */
  readonly weights?: (weights: Map<string, Tensor>) => void;
  /** Files to leave out. */
  readonly without?: readonly string[];
}

/** Folders that last as long as a test file. */
export class FixtureCopies {
  readonly #folders: string[] = [];

  /** The folder of a copy of a tiny checkpoint with one safetensors file, changed. */
  async make(name: string, { config, weights, without = [] }: Changes): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), `${name}-`));
    this.#folders.push(folder);
    const left = (source: string) => !without.some((file) => source.endsWith(file));
    await cp(fileURLToPath(checkpointFolder(name)), folder, { recursive: true, filter: left });
    if (config) {
      const file = join(folder, 'config.json');
      const old = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
      await writeFile(file, JSON.stringify({ ...old, ...config }));
    }
    if (weights) {
      const file = join(folder, 'model.safetensors');
      const tensors = parseSafetensors(await readFile(file));
      weights(tensors);
      await writeFile(file, serializeSafetensors(tensors));
    }
    return folder;
  }

  /** Writes a JSON file into the folder of a copy. */
  async write(folder: string, file: string, content: unknown): Promise<void> {
    await writeFile(join(folder, file), JSON.stringify(content));
  }

  async remove(): Promise<void> {
    await Promise.all(this.#folders.map((folder) => rm(folder, { recursive: true })));
  }
}
