import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, suite, test } from 'node:test';
import { parseSafetensors } from '../../src/checkpoint/index.js';
import { restrictTo } from '../../src/graph/index.js';
import { sliceRow } from '../../src/model/batch.js';
import { SessionCache } from '../../src/model/session-cache.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { bfloat16ToNumber, float16ToNumber, type Tensor, tensor } from '../../src/tensor/index.js';
import { referenceTolerance } from '../tolerances.js';
import { FixtureCopies } from './fixture-copy.js';
import { folderGraph } from './fixture-graph.js';
import { fixturesFolder, goldenCases } from './golden.js';
import { goldenBatch } from './golden-check.js';

const runtime = new NodeRuntime();
const copies = new FixtureCopies();
after(async () => {
  await runtime.close();
  await copies.remove();
});

const read = (file: string) => readFileSync(new URL(`half_precision/${file}`, fixturesFolder));
const gaps = JSON.parse(read('gaps.json').toString()) as Readonly<
  Record<string, Readonly<Record<string, readonly [computed: number, stored: number, rounding: number]>>>
>;

/** The bits of the nearest bfloat16, of two equally near ones the even one. */
function bfloat16Bits(value: number): number {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer) as unknown as [number];
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The bits of the nearest half, of two equally near ones the even one; larger than 65504 are no weights here. */
function float16Bits(value: number): number {
  const size = Math.abs(value);
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = size * 2 ** (10 - exponent);
  const below = Math.floor(steps);
  const rest = steps - below;
  const rounded = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  // The leading one counts into the exponent's field, and so does a carry out of the fraction.
  return (Object.is(Math.sign(value), -1) ? 0x8000 : 0) + (exponent + 14) * 1024 + rounded;
}

const types = [
  { name: 'bf16', dtype: 'BF16', bitsOf: bfloat16Bits, toNumber: bfloat16ToNumber },
  { name: 'f16', dtype: 'F16', bitsOf: float16Bits, toNumber: float16ToNumber },
] as const;

test('weights are rounded to the nearest number, and of two to the even one', () => {
  for (const { bitsOf, toNumber, name } of types) {
    const unit = name === 'bf16' ? 2 ** -7 : 2 ** -10;
    for (const [value, nearest] of [
      [0, 0],
      [-1.5, -1.5],
      [1 + 0.5 * unit, 1],
      [1 + 1.5 * unit, 1 + 2 * unit],
      [1 + 0.51 * unit, 1 + unit],
      [2 - 0.1 * unit, 2],
      [3 * 2 ** -20, 3 * 2 ** -20],
    ] as const) {
      assert.equal(toNumber(bitsOf(value)), nearest, `${name} of ${value}`);
    }
  }
});

for (const { name: type, dtype, bitsOf } of types) {
  const round = (value: Tensor): Tensor =>
    value.dtype === 'F32'
      ? tensor(dtype, value.shape, Uint16Array.from(value.data as Float32Array, bitsOf))
      : value;
  const expected = parseSafetensors(read(`${type}.safetensors`), type);

  let within = 0;
  suite(`weights stored as ${type}`, () => {
    for (const [name, own] of Object.entries(gaps)) {
      test(name, async () => {
        const folder = await copies.make(name, {
          weights: (all) => {
            for (const [key, value] of all) all.set(key, round(value));
          },
        });
        const made = await folderGraph(folder);
        const [golden] = goldenCases(name);
        const batch = goldenBatch(made, golden!);
        const hook = outputOf([...golden!.values.keys()]);
        const sessions = new SessionCache(made.checkpoint.files, runtime);
        const build = () => restrictTo(made.graph, [hook]);
        const outputs = await sessions.run({ key: name, build }, batch.feeds);
        await sessions.close();
        const row = (all: Tensor) => sliceRow(all, made.graph.values.get(hook)!, 0, batch.rows[0]!);
        const { data, shape } = row(outputs.get(hook)!) as Tensor<'F32'>;
        const found = data.slice(data.length - shape.at(-1)!);
        // The arithmetic is that of float32: the reference's, from the same weights.
        const reference = expected.get(name)!.data as Float32Array;
        assert.ok(largestGap(found, reference) <= referenceTolerance, `${largestGap(found, reference)} off`);
        // And so it is no farther from what the unrounded weights give than the reference is itself.
        const unrounded = row(golden!.values.get(hook)!).data as Float32Array;
        const [computed, stored, rounding] = own[type]!;
        const away = largestGap(data, unrounded);
        const most = Math.max(computed, stored) + rounding;
        assert.ok(away <= most, `${away} off, and the reference with one rounding ${most}`);
        if (away <= computed + rounding) within += 1;
      });
    }

    // Errors of weights and of arithmetic may cancel by chance, so this does not hold for each of them.
    test('most are no farther off than the reference is where it computes in this type', () => {
      assert.ok(within >= 0.9 * Object.keys(gaps).length, `${within} are`);
    });
  });
}

function outputOf(hooks: readonly string[]): string {
  return hooks.includes('logits')
    ? 'logits'
    : hooks.findLast((hook) => hook.endsWith('hook_normalized_resid_post'))!;
}

function largestGap(left: Float32Array, right: Float32Array): number {
  assert.equal(left.length, right.length);
  return left.reduce((most, value, i) => {
    const gap = Math.abs(value - right[i]!);
    return gap > most || Number.isNaN(gap) ? gap : most;
  }, 0);
}
