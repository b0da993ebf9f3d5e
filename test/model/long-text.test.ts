import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { at, type Tensor, zeros } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { FixtureCopies } from './fixture-copy.js';
import { openFolderModel } from './open-fixture.js';

const copies = new FixtureCopies();
after(() => copies.remove());

const length = 4096;
const input = { tokenIds: Array.from({ length }, (_, i) => (i * 7) % 50) };

/** The pattern of one layer alone, and its scores, take 512 MiB; those of all layers and heads as much. */
const memory = { limit: 700 * 2 ** 20 };

/** Queries are worked on in other groups, so that products may be summed in another order. */
const tolerance = 1e-5;

/** The tiny GPT-2 with places for 4,096 tokens. */
async function longModel() {
  const folder = await copies.make('gpt2-default', {
    config: { n_positions: length },
    weights: (tensors) => {
      const [name, old] = [...tensors].find(([each]) => each.endsWith('wpe.weight')) as [
        string,
        Tensor<'F32'>,
      ];
      const places = zeros('F32', [length, old.shape[1]!]);
      places.data.forEach((_, i) => {
        places.data[i] = Math.sin(i * 1.7) / 4;
      });
      tensors.set(name, places);
    },
  });
  return openFolderModel(folder);
}

test('4,096 tokens: one head, some rows, in a fraction of the memory of all attention', async () => {
  await using model = await longModel();
  const hook = 'blocks.1.attn.hook_pattern';
  const capture = [
    { hook, heads: [2] },
    'blocks.*.hook_resid_post',
    { hook: 'blocks.0.attn.hook_pattern', positions: [4000, -1] },
  ];
  const { peakBytes, resultBytes } = await model.estimate(input, { capture, memory });
  const { layers, heads } = model.dimensions;
  assert.ok(peakBytes < memory.limit && resultBytes < (4 * layers * heads * length * length) / 3);
  const run = await model.run(input, { capture, memory });
  const attention = run.attention({ layer: 1, head: 2 }).values;
  assert.deepEqual(attention.shape, [length, length]);
  for (const row of [0, 1, 2047, 4095]) {
    const sum = (at(attention, row).data as Float32Array).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) < 1e-4, `row ${row} sums to ${sum}`);
  }
  // A causal model: the first tokens know nothing of the rest.
  const head = await model.run(
    { tokenIds: input.tokenIds.slice(0, 64) },
    { capture: ['blocks.*.hook_resid_post', hook] },
  );
  const start = (value: Tensor, rows: number) => ({
    dtype: 'F32' as const,
    shape: [rows, ...value.shape.slice(1)],
    data: value.data.subarray(0, rows * value.shape[1]!) as Float32Array,
  });
  const last = `blocks.${layers - 1}.hook_resid_post`;
  assertAllClose(start(run.activation(last), 64), head.activation(last), tolerance, last);
  assert.deepEqual(run.activation('blocks.0.attn.hook_pattern').shape, [heads, 2, length]);
});

test('all attention of a long text at once is refused under the same limit', async () => {
  await using model = await longModel();
  const capture = 'blocks.*.attn.hook_pattern';
  await assert.rejects(model.run(input, { capture, memory }), {
    code: 'bad-input',
    message: /capture fewer layers, heads or positions/,
  });
});

test('chunks of queries, segments, and the whole give the same', async () => {
  await using model = await longModel();
  const text = { tokenIds: input.tokenIds.slice(0, 2100) };
  const capture = ['blocks.*.hook_resid_post', 'logits'];
  const whole = await model.run(text, { capture });
  assert.equal((await model.estimate(text, { capture })).mode, 'whole');
  const low = await model.run(text, { capture, memory: 'low' });
  for (const hook of whole.hooks)
    assertAllClose(low.activation(hook), whole.activation(hook), tolerance, hook);
});
