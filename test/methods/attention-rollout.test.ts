import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openFixture } from '../model/open-fixture.js';
import { explainFamily, testFamilies } from './attention-families.js';
import { assertCausal, assertRowSums, mapRows } from './map-checks.js';
import { testReference } from './method-golden.js';

testReference('attention-rollout');

testFamilies('attention-rollout', (found, model) => {
  const layers = mapRows(found);
  assert.equal(layers.length, model.dimensions.layers);
  for (const rows of layers) {
    assertRowSums(rows);
    if (model.architecture.causal) assertCausal(rows);
  }
});

suite('attention rollout', () => {
  test('without attention everything stays at its token', async () => {
    await using model = await openFixture('gpt2-default');
    const found = await explainFamily(model, 'attention-rollout', { residual: 1 });
    assert.deepEqual([...found.values.data], [0, 0, 0, 0, 0, 0, 1]);
  });

  test('a start above the last layer is refused', async () => {
    await using model = await openFixture('gpt2-default');
    await assert.rejects(explainFamily(model, 'attention-rollout', { start: 2 }), { code: 'not-found' });
  });
});
