import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSafetensors } from '../../src/checkpoint/index.js';
import { loadModel } from '../../src/load-model.js';
import type { Model } from '../../src/model/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import { checkpointFolder, fixturesFolder, type GoldenCase, goldenCases } from './golden.js';

/** The tensors of a file of gradients whose names begin with `prefix/`. */
export function gradientGoldens(path: string, prefix: string): Map<string, Tensor> {
  const all = parseSafetensors(readFileSync(new URL(path, fixturesFolder)), path);
  const own = [...all].filter(([name]) => name.startsWith(`${prefix}/`));
  return new Map(own.map(([name, value]) => [name.slice(prefix.length + 1), value]));
}

/** The case that gradients were made of: the one with padding, for GPT-2 on the left. */
export function paddedCase(name: string): GoldenCase {
  const wanted = name.startsWith('gpt2') ? 'left' : 'batch';
  return goldenCases(name).find((each) => each.name === wanted)!;
}

/** The inputs of a case without their padding. */
export function inputsOf(golden: GoldenCase): { tokenIds: number[] }[] {
  return golden.input_ids.map((ids, row) => ({
    tokenIds: ids.filter((_, i) => golden.attention_mask[row]![i] === 1),
  }));
}

export function loadFixture(name: string): Promise<Model> {
  return loadModel(fileURLToPath(checkpointFolder(name)));
}
