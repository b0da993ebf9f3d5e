import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTensors, serializeSafetensors } from '../../src/checkpoint/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import { fixture, temporaryFolder } from './run-cli.js';

/** A copy of a fixture checkpoint that may be broken. */
export function copyOf(name: string): string {
  const folder = temporaryFolder();
  for (const file of ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']) {
    cpSync(join(fixture(name), file), join(folder, file));
  }
  return folder;
}

/** Changes the config of a checkpoint. */
export function editConfig(folder: string, changes: Readonly<Record<string, unknown>>): void {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
}

/** Changes the bytes of the weights' file. */
export function editBytes(folder: string, edit: (bytes: Uint8Array) => Uint8Array): void {
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, edit(readFileSync(path)));
}

/** Changes the tensors of the weights' file. */
export async function editTensors(
  folder: string,
  edit: (tensors: Map<string, Tensor>) => void,
): Promise<void> {
  const path = join(folder, 'model.safetensors');
  const tensors = await readTensors(path);
  edit(tensors);
  writeFileSync(path, serializeSafetensors(tensors, { format: 'pt' }));
}
