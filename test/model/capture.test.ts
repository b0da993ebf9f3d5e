import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { restrictTo } from '../../src/graph/index.js';
import { resolveCaptures, withCapturedParts } from '../../src/model/capture.js';
import type { ModelInput } from '../../src/model/index.js';
import { at, type Tensor } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { fixtureGraph } from './fixture-graph.js';
import { openFixture } from './open-fixture.js';

const long: ModelInput = { tokenIds: [5, 9, 3, 7, 11, 2, 8] };
const short: ModelInput = { tokenIds: [4, 6, 1] };

/** A product of fewer rows or heads may be summed in another order. */
const tolerance = 1e-6;

/** Entries of axis 0, or of axis 1. */
function pick(value: Tensor, axis: 0 | 1, indices: readonly number[]): Tensor {
  const length = value.shape[axis]!;
  const chosen = indices.map((index) => (index < 0 ? index + length : index));
  const parts = axis === 0 ? [value] : Array.from({ length: value.shape[0]! }, (_, i) => at(value, i));
  const data = parts.flatMap((part) =>
    chosen.flatMap((index) => [...(at(part, index).data as Float32Array)]),
  );
  const shape = value.shape.map((size, i) => (i === axis ? chosen.length : size));
  return { dtype: 'F32', shape, data: Float32Array.from(data) };
}

suite('a captured part is that part of the whole', () => {
  for (const name of ['gpt2-default', 'bert-default']) {
    for (const padding of ['left', 'right'] as const) {
      test(`${name}, padded on the ${padding}`, async () => {
        await using model = await openFixture(name);
        const parts = [
          { hook: 'blocks.*.attn.hook_pattern', heads: [2, 0], positions: [-1, 1] },
          { hook: 'blocks.1.attn.hook_attn_scores', heads: [1] },
          { hook: 'blocks.*.attn.hook_z', positions: [0, 2], heads: [3] },
          { hook: 'blocks.*.hook_resid_post', positions: [2, 0], layers: [1] },
        ];
        const some = await model.runBatch([long, short], { capture: parts, padding });
        const all = await model.runBatch([long, short], { capture: '*', padding });
        for (const [row, run] of some.entries()) {
          const whole = (hook: string) => all[row]!.activation(hook);
          const check = (hook: string, expected: Tensor) => {
            assert.deepEqual(run.activation(hook).axes, whole(hook).axes);
            assertAllClose(run.activation(hook), expected, tolerance, hook);
          };
          for (let layer = 0; layer < model.dimensions.layers; layer++) {
            const attn = `blocks.${layer}.attn`;
            check(`${attn}.hook_pattern`, pick(pick(whole(`${attn}.hook_pattern`), 0, [2, 0]), 1, [-1, 1]));
            check(`${attn}.hook_z`, pick(pick(whole(`${attn}.hook_z`), 0, [0, 2]), 1, [3]));
          }
          check('blocks.1.attn.hook_attn_scores', pick(whole('blocks.1.attn.hook_attn_scores'), 0, [1]));
          check('blocks.1.hook_resid_post', pick(whole('blocks.1.hook_resid_post'), 0, [2, 0]));
          assert.ok(!run.hooks.includes('blocks.0.hook_resid_post'));
        }
      });
    }
  }

  test('after an edit of the pattern itself', async () => {
    await using model = await openFixture('gpt2-default');
    const interventions = [
      { hook: 'blocks.0.attn.hook_pattern', edit: 'scale', value: 0.5, heads: [1] },
    ] as const;
    const capture = [{ hook: 'blocks.0.attn.hook_pattern', heads: [1, 2] }];
    const part = (await model.run(long, { capture, interventions })).activation('blocks.0.attn.hook_pattern');
    const whole = await model.run(long, { interventions });
    assertAllClose(
      part,
      pick(whole.activation('blocks.0.attn.hook_pattern'), 0, [1, 2]),
      tolerance,
      'edited',
    );
  });

  test('attention of one head is read as from a whole run', async () => {
    await using model = await openFixture('gpt2-default');
    const run = await model.run(long, { capture: { hook: 'blocks.1.*hook_pattern', heads: [3, 1] } });
    const whole = await model.run(long);
    const expected = whole.attention({ layer: 1, head: 1 }).values;
    assertAllClose(run.attention({ layer: 1, head: 1 }).values, expected, tolerance, 'head 1');
    assert.throws(() => run.attention({ layer: 1, head: 0 }), {
      code: 'not-found',
      message: /they are 3, 1\./,
    });
    assert.throws(() => run.attention({ layer: 1 }), { code: 'not-found' });
  });
});

test('the graph of one head and one row holds no whole pattern', async () => {
  const { graph } = await fixtureGraph('gpt2-default');
  const hook = 'blocks.1.attn.hook_pattern';
  const captures = resolveCaptures([{ hook, heads: [1], positions: [2] }], graph);
  const needed = restrictTo(withCapturedParts(graph, captures), [`${hook}.of.heads.positions`]);
  const made = new Set(needed.nodes.flatMap(({ outputs }) => outputs));
  assert.ok(!made.has(hook) && !made.has('blocks.1.attn.hook_attn_scores'));
});

suite('captures that cannot be', () => {
  const refuse =
    (capture: Parameters<typeof resolveCaptures>[0], code: string, message: RegExp) => async () => {
      const { graph } = await fixtureGraph('gpt2-default');
      assert.throws(() => resolveCaptures(capture, graph), { code, message });
    };
  test('no heads', refuse([{ hook: 'hook_embed', heads: [0] }], 'bad-input', /hook_embed has no heads/));
  test(
    'no positions',
    refuse([{ hook: 'blocks.0.attn.hook_z', positions: [] }], 'bad-input', /list of positions .* empty/),
  );
  test(
    'a head',
    refuse([{ hook: 'blocks.0.attn.hook_z', heads: [9] }], 'not-found', /Head 9 .* there are 4/),
  );
  test('a layer', refuse([{ hook: 'blocks.*.attn.hook_z', layers: [9] }], 'not-found', /in the layers 9/));
  test(
    'two parts of one',
    refuse(
      ['blocks.0.attn.hook_z', { hook: 'blocks.*.attn.hook_z', heads: [1] }],
      'bad-input',
      /Two different parts/,
    ),
  );
  test('a position outside the text', async () => {
    await using model = await openFixture('gpt2-default');
    const capture = { hook: 'hook_embed', positions: [3] };
    await assert.rejects(model.runBatch([long, short], { capture }), {
      code: 'bad-input',
      message: /Position 3 .* 3 tokens/,
    });
  });
});

test('predictions are those of the answer positions, also beside a part of the logits', async () => {
  const model = await openFixture('gpt2-default');
  const plain = (await model.run('the mat')).predictions();
  const beside = await model.run('the mat', { capture: { hook: 'logits', positions: [0] } });
  assert.deepEqual(beside.activation('logits').shape[0], 1);
  assert.deepEqual(beside.predictions(), plain);
});
