import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Lens, readExplanation, toJson } from '../src/explanations/index.js';
import { contributions, lens, recompute } from '../src/index.js';
import { identityLens } from '../src/residual-stream/index.js';
import { openFixture } from './model/open-fixture.js';

const input = { tokenIds: [83, 78, 258, 220, 276] };

suite('what is read in the residual stream is made again', () => {
  test('a lens, and what of it is not the same', async () => {
    await using model = await openFixture('gpt2-default');
    const found = await lens(model, input, { at: 'mid', top: 3, pinned: ['#50', '#7'] });
    const stored = readExplanation(toJson(found), 'lens.json');
    assert.deepEqual((await recompute(stored, model)).differences, []);
    const ids = [...found.ids];
    [ids[0], ids[1]] = [ids[1]!, ids[0]!];
    const entropy = { ...found.entropy, data: found.entropy.data.map((value) => value + 0.01) };
    const other: Lens = { ...found, ids, entropy };
    const changed = await recompute(other, model);
    assert.equal(changed.same, false);
    assert.deepEqual(changed.differences, [
      'the most probable token at embeddings, position 0',
      'the numbers of entropy',
    ]);
  });

  test('a tuned lens, with the lens itself', async () => {
    await using model = await openFixture('gpt2-default');
    const tuned = await identityLens(model);
    const found = await lens(model, input, { tuned });
    assert.equal((await recompute(found, model, undefined, tuned)).same, true);
    await assert.rejects(recompute(found, model), { code: 'bad-input', message: /check --tuned/ });
  });

  test('contributions, by head and by neuron', async () => {
    await using model = await openFixture('gpt2-default');
    for (const options of [
      { unit: 'head', target: 'contrast:#50,#7' },
      { unit: 'neuron', top: 3 },
    ] as const) {
      const found = await contributions(model, input, options);
      const again = await recompute(readExplanation(toJson(found), 'parts.json'), model);
      assert.deepEqual([again.same, again.differences], [true, []]);
      const values = { ...found.values, data: found.values.data.map((value) => value * 1.01) };
      assert.equal((await recompute({ ...found, values }, model)).same, false);
    }
  });
});
