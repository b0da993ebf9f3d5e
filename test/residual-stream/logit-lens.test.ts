import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Lens, lens, PellucidError } from '../../src/index.js';
import { tensor } from '../../src/tensor/index.js';
import { openFixture } from '../model/open-fixture.js';
import { assertLens, type LensCase, readingCases } from './lens-golden.js';

/** One rounding of float32 logits that reach 20, in another order of summation. */
const rounding = 1e-5;

suite('the logit lens equals the reference', () => {
  for (const golden of readingCases<LensCase>('logit-lens')) {
    test(golden.checkpoint, async () => {
      await using model = await openFixture(golden.checkpoint);
      const top = model.dimensions.vocabularySize;
      assertLens(await lens(model, { tokenIds: golden.tokenIds }, { top }), golden);
    });
  }
});

suite('the logit lens', () => {
  // With a soft cap, a scale of logits, a head with a transformation, parallel blocks, norms in other places.
  const checkpoints = [
    ...[
      'gpt2-default',
      'gemma2-default',
      'cohere2-default',
      'granite-default',
      'bert-default',
      'phi-default',
    ],
    ...['olmo2-default', 'modernbert-default', 'opt-default', 'deberta-v2-default', 'falcon-default'],
  ];
  for (const name of checkpoints) {
    test(`the last row is the answer of ${name}, no further from it than by rounding`, async () => {
      await using model = await openFixture(name);
      const input = { tokenIds: [5, 9, 31, 7, 12] };
      const found = await lens(model, input, { pinned: [11, 3] });
      const run = await model.run(input, { capture: 'logits' });
      const logits = run.activation('logits').data as Float32Array;
      const [layers, positions, top] = found.values.shape as [number, number, number];
      assert.deepEqual([layers, positions], [model.dimensions.layers + 1, 5]);
      for (let position = 0; position < positions; position++) {
        const row = logits.subarray((position * logits.length) / 5, ((position + 1) * logits.length) / 5);
        const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
        const order = [...row.keys()].sort((a, b) => row[b]! - row[a]!);
        const place = (layers - 1) * positions + position;
        assert.deepEqual(found.ids.slice(place * top, (place + 1) * top), order.slice(0, top));
        for (const [i, id] of order.slice(0, top).entries())
          assert.ok(Math.abs(found.values.data[place * top + i]! - Math.exp(row[id]!) / sum) < rounding);
        for (const [i, { id }] of found.pinned.entries()) {
          const own = i * layers * positions + place;
          assert.equal(found.ranks.data[own], order.indexOf(id) + 1);
          assert.ok(Math.abs(found.probabilities.data[own]! - Math.exp(row[id]!) / sum) < rounding);
        }
        assert.ok(found.divergence.data[place]! < rounding);
      }
    });
  }

  test('entropy and divergence are those of the whole distribution', async () => {
    await using model = await openFixture('llama-default');
    const found = await lens(model, { tokenIds: [26, 5, 7] }, { top: 67 });
    const share = (layer: number, position: number) => {
      const at = (layer * 3 + position) * 67;
      const byId = new Float64Array(67);
      for (let i = 0; i < 67; i++) byId[found.ids[at + i]!] = found.values.data[at + i]!;
      return byId;
    };
    for (let place = 0; place < 9; place++) {
      const [own, answer] = [share(Math.floor(place / 3), place % 3), share(2, place % 3)];
      const entropy = own.reduce((sum, p) => sum - p * Math.log(p), 0);
      const divergence = answer.reduce((sum, p, id) => sum + p * Math.log(p / own[id]!), 0);
      assert.ok(Math.abs(found.entropy.data[place]! - entropy) < rounding);
      assert.ok(Math.abs(found.divergence.data[place]! - divergence) < rounding);
    }
  });

  test('what attention and MLP write is read by the same end, with its norm recomputed', async () => {
    await using model = await openFixture('gpt2-default');
    const input = { tokenIds: [83, 78, 258] };
    for (const [at, hook] of [
      ['attn', 'hook_attn_out'],
      ['mlp', 'hook_mlp_out'],
    ] as const) {
      const found = await lens(model, input, { at, top: 1 });
      assert.deepEqual(
        found.rows.map((row) => row.hook),
        [`blocks.0.${hook}`, `blocks.1.${hook}`],
      );
      const written = (await model.run(input, { capture: `blocks.0.${hook}` })).activation(
        `blocks.0.${hook}`,
      );
      const end = tensor('F32', written.shape, written.data as Float32Array);
      const given = await model.run(input, { given: { 'blocks.1.hook_resid_post': end }, capture: [] });
      const [best] = given.predictions(1)[0]!.candidates;
      assert.equal(found.ids[2], best!.id);
      assert.ok(Math.abs(found.values.data[2]! - best!.probability!) < rounding);
    }
    assert.equal((await lens(model, input, { at: 'mid' })).rows.length, 5);
  });

  test('the token that is followed by default is the answer', async () => {
    await using model = await openFixture('bert-default');
    const found = await lens(model, { tokenIds: [2, 56, 4, 67, 3] });
    assert.equal(found.position, 2);
    const top = found.values.shape[2]!;
    assert.deepEqual(
      found.pinned.map(({ id }) => id),
      [found.ids[(2 * 5 + 2) * top]],
    );
    assert.equal(found.ranks.data[2 * 5 + 2], 1);
  });

  test('what cannot be read is refused in one sentence', async () => {
    const refuses = async (name: string, message: RegExp, options = {}) => {
      await using model = await openFixture(name);
      const asked: Promise<Lens> = lens(model, { tokenIds: [5, 6] }, options);
      await assert.rejects(asked, (error: unknown) => {
        assert.ok(error instanceof PellucidError);
        assert.match(error.message, message);
        return true;
      });
    };
    await refuses('bert-sequence-classification', /does not answer with tokens/);
    await refuses('t5-default', /encoder and a decoder/);
    await refuses('phi-default', /no blocks\.0\.hook_resid_mid/, { at: 'mid' });
    await refuses('gpt2-default', /1 to 280 tokens/, { top: 0 });
    await refuses('gpt2-default', /has no answer #999/, { pinned: [999] });
  });
});
