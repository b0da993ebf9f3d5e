import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openFixture } from '../model/open-fixture.js';
import { explainFamily, testFamilies } from './attention-families.js';
import { assertCausal, assertRowSums, mapRows } from './map-checks.js';
import { testReference } from './method-golden.js';
import { assertReconstructed } from './reconstruction.js';

testReference('alti');

testFamilies('alti', (found, model) => {
  const layers = mapRows(found);
  assert.equal(layers.length, model.dimensions.layers);
  for (const rows of layers) {
    assertRowSums(rows);
    if (model.architecture.causal) assertCausal(rows);
  }
  assertReconstructed(found);
});

suite('ALTI', () => {
  test('a later start leaves the layers below out', async () => {
    await using model = await openFixture('bert-default');
    assert.equal(mapRows(await explainFamily(model, 'alti', { start: 1 })).length, 1);
    await assert.rejects(explainFamily(model, 'alti', { start: 2 }), { code: 'not-found' });
  });
});
