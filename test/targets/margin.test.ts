import assert from 'node:assert/strict';
import { test } from 'node:test';
import { margin } from '../../src/targets/margin.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { loadFixture } from '../model/gradient-golden.js';
import { assertReference } from './target-golden.js';

for (const name of ['gpt2-default', 'bert-sequence-classification']) {
  test(`${name} equals the reference`, () => assertReference(margin, name));
}

test('of the best answer it is the lead over the second best', async () => {
  await using model = await loadFixture('gpt2-default');
  const input = { tokenIds: [5, 9, 2, 7] };
  const run = await model.run(input, { capture: [], gradient: { target: parseTarget('margin'), of: [] } });
  const [first, second] = run.predictions(2)[0]!.candidates;
  assert.equal(run.target.answers[0]!.id, first!.id);
  assert.ok(Math.abs(run.target.value - (first!.score - second!.score)) < 1e-6);
});
