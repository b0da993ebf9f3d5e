/**
 * Compares a real trained model with the reference, by hand: after `python fixtures/minilm.py`,
 * `npx tsc && node dist/scripts/compare-minilm.js`. Prints the largest differences of every input that the reference
 * file holds, and exits with 1 where one is above the design's 1e-4 (pre-norm residuals, which reach 223 in this model:
 * relative to their largest value).
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSafetensors } from '../src/checkpoint/index.js';
import { loadModel } from '../src/index.js';
import type { Tensor } from '../src/tensor/index.js';

const folder = new URL('../../fixtures/.cache/minilm/', import.meta.url);
if (!existsSync(folder)) {
  console.error(
    'There is no fixtures/.cache/minilm: run "python fixtures/minilm.py" first (see its docstring).',
  );
  process.exit(1);
}

interface Case {
  readonly name: string;
  readonly texts: readonly string[];
  readonly pairs?: readonly string[];
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
}
const { cases } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as { cases: Case[] };
const golden = parseSafetensors(readFileSync(new URL('golden.safetensors', folder)), 'golden.safetensors');
const capture = [
  'blocks.*.attn.hook_pattern',
  'blocks.*.hook_resid_post',
  'blocks.*.hook_normalized_resid_post',
  'hook_pooler_out',
];

const model = await loadModel(fileURLToPath(folder));
let worst = 0;
console.log('input     tokens  ids    attention  residual (relative)  stream after norm');
for (const each of cases) {
  const inputs = each.texts.map((text, i) => (each.pairs ? { text, pair: each.pairs[i]! } : { text }));
  const runs = await model.runBatch(inputs, { capture });
  const found = { attention: 0, residual: 0, normalized: 0 };
  let same = true;
  for (const [row, run] of runs.entries()) {
    const ids = each.input_ids[row]!.filter((_, i) => each.attention_mask[row]![i] === 1);
    same &&= ids.length === run.tokens.length && ids.every((id, i) => id === run.tokens[i]!.id);
    for (const hook of run.hooks) {
      const expected = golden.get(`${each.name}/${hook}`)!;
      const { difference, largest } = compare(run.activation(hook), expected, row);
      if (hook.endsWith('hook_pattern')) found.attention = Math.max(found.attention, difference);
      else if (hook.endsWith('hook_resid_post'))
        found.residual = Math.max(found.residual, difference / largest);
      else found.normalized = Math.max(found.normalized, difference);
    }
  }
  worst = Math.max(worst, found.attention, found.residual, found.normalized, same ? 0 : 1);
  const columns = [found.attention, found.residual, found.normalized].map((value) => value.toExponential(1));
  console.log(
    `${each.name.padEnd(9)} ${String(runs[0]!.tokens.length).padEnd(7)} ${same ? 'equal' : 'DIFFER'}  ${columns[0]!.padEnd(10)} ${columns[1]!.padEnd(20)} ${columns[2]}`,
  );
}
await model.close();
console.log(worst <= 1e-4 ? 'Everything is within 1e-4.' : 'Something differs by more than 1e-4.');
process.exitCode = worst <= 1e-4 ? 0 : 1;

/** Largest difference between a value and the unpadded, right-padded part of row `row` of the reference's batch. */
function compare(actual: Tensor, expected: Tensor, row: number): { difference: number; largest: number } {
  const shape = expected.shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < actual.data.length; i++) {
    let rest = i;
    let at = 0;
    for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
      at += (rest % actual.shape[axis]!) * stride;
      rest = Math.floor(rest / actual.shape[axis]!);
      stride *= shape[axis]!;
    }
    const value = Number(expected.data[row * size + at]);
    difference = Math.max(difference, Math.abs(Number(actual.data[i]) - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return { difference, largest };
}
