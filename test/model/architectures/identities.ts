import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Model, Run } from '../../../src/model/index.js';
import { type Tensor, tensor } from '../../../src/tensor/index.js';
import { assertAllClose } from '../../allclose.js';
import { toDoubles } from '../../kernels/kernel.js';
import { fusedMatMul } from '../../kernels/matrix.js';
import { transpose } from '../../kernels/rearrange.js';
import { rowSumTolerance } from '../../tolerances.js';

/** Where the equal values of an architecture stand. */
export interface BlockNames {
  /** What the attention's output is added to, `hook_resid_pre` by default. */
  readonly beforeAttention?: (layer: number) => string;
  /** What the MLP's output is added to; undefined where attention and MLP stand side by side. */
  readonly beforeMlp: ((layer: number) => string) | undefined;
  /** What leaves a block and enters the next. */
  readonly output: (layer: number) => string;
}

/** One rounding of a sum of two numbers below 8, and of a product of 16 pairs. */
const tolerance = 1e-5;

export const float = (run: Run, hook: string) => run.activation(hook) as Tensor<'F32'>;

export function sumOf(run: Run, first: string, ...others: string[]): Tensor {
  const { shape, data } = float(run, first);
  const added = others.map((hook) => float(run, hook).data);
  return tensor(
    'F32',
    shape,
    data.map((value, i) => added.reduce((sum, other) => sum + other[i]!, value)),
  );
}

/** Values of each head from those that groups of heads share, [head, position, feature]. */
function sharedByGroups({ shape, data }: Tensor<'F64'>, heads: number): Tensor<'F64'> {
  const [stored, ...rest] = shape as [number, number, number];
  const size = rest[0]! * rest[1]!;
  const all = new Float64Array(heads * size);
  for (let head = 0; head < heads; head++) {
    const from = Math.floor((head * stored) / heads) * size;
    all.set(data.subarray(from, from + size), head * size);
  }
  return tensor('F64', [heads, ...rest], all);
}

function assertBlock(run: Run, layer: number, names: BlockNames): void {
  const block = `blocks.${layer}`;
  const stream = (name: string) => `${block}.hook_${name}`;
  const near = (expected: Tensor, hook: string) =>
    assertAllClose(float(run, hook), expected, tolerance, hook);
  const entered = names.beforeAttention?.(layer) ?? stream('resid_pre');
  if (names.beforeMlp) {
    near(sumOf(run, entered, stream('attn_out')), stream('resid_mid'));
    near(sumOf(run, names.beforeMlp(layer), stream('mlp_out')), stream('resid_post'));
  } else {
    near(sumOf(run, entered, stream('attn_out'), stream('mlp_out')), stream('resid_post'));
  }

  const pattern = float(run, `${block}.attn.hook_pattern`);
  const length = pattern.shape.at(-1)!;
  const sinkMass = `${block}.attn.hook_sink_mass`;
  const sinks = run.hooks.includes(sinkMass) ? float(run, sinkMass).data : undefined;
  for (let start = 0; start < pattern.data.length; start += length) {
    const onSink = sinks?.[start / length] ?? 0;
    const sum = pattern.data.subarray(start, start + length).reduce((a, b) => a + b, onSink);
    assert.ok(Math.abs(sum - 1) <= rowSumTolerance, `a row of ${block} sums to ${sum}`);
  }
  // z of a head is its pattern times its values; v and z are [position, head, feature]. Heads may share values.
  const heads = pattern.shape[0]!;
  const [own] = transpose([toDoubles(run.activation(`${block}.attn.hook_v`))], { perm: [1, 0, 2] });
  const values = heads === own!.shape[0] ? own : sharedByGroups(own!, heads);
  const [mixed] = fusedMatMul([toDoubles(pattern), values!], {});
  const [z] = transpose([mixed!], { perm: [1, 0, 2] });
  near(z!, `${block}.attn.hook_z`);
}

/**
 * Tests what holds between the hook points of any input: sums of the residual stream, attention, and that looking
 * changes nothing.
 */
export function testIdentities(model: Model, names: BlockNames): void {
  const { contextLength, vocabularySize, layers } = model.dimensions;
  const input = fc
    .array(fc.nat(vocabularySize - 1), { minLength: 1, maxLength: contextLength })
    .map((tokenIds) => ({ tokenIds }));
  // What chance hardly ever draws: one token, and as many as are read, past every window.
  const lengths = [1, Math.min(contextLength, 40)];
  const ends = lengths.map((length) => ({
    tokenIds: Array.from({ length }, (_, i) => (5 + 7 * i) % vocabularySize),
  }));

  test('the hook points of a block agree with each other, for any tokens', async () => {
    await fc.assert(
      fc.asyncProperty(input, async (each) => {
        const run = await model.run(each, { capture: '*' });
        for (let layer = 0; layer < layers; layer++) {
          assertBlock(run, layer, names);
          if (layer === 0) continue;
          const [before, here] = [names.output(layer - 1), `blocks.${layer}.hook_resid_pre`];
          assert.deepEqual(float(run, here), float(run, before), `${here} is not exactly ${before}`);
        }
      }),
      { numRuns: 10, seed: 1, examples: ends.map((each) => [each]) },
    );
  });

  test('capturing more leaves the output as it is', async () => {
    const some = fc.subarray([...model.hooks.filter((hook) => hook !== 'logits')]);
    const output = model.hooks.includes('logits') ? 'logits' : names.output(layers - 1);
    await fc.assert(
      fc.asyncProperty(input, some, async (each, hooks) => {
        const [plain, looking] = await Promise.all([
          model.run(each, { capture: output }),
          model.run(each, { capture: [...hooks, output] }),
        ]);
        // Not to the bit: a sum that nobody looks at is fused with the norm behind it, in another order of summation.
        assertAllClose(looking.activation(output), plain.activation(output), tolerance, output);
      }),
      { numRuns: 8, seed: 1 },
    );
  });
}
