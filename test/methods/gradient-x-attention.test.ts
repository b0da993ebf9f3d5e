import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openFixture } from '../model/open-fixture.js';
import { explainFamily, testFamilies } from './attention-families.js';
import { assertCausal, mapRows } from './map-checks.js';
import { testReference } from './method-golden.js';

testReference('gradient-x-attention');

testFamilies('gradient-x-attention', (found, model) => {
  const [rows] = mapRows(found);
  for (const [i, row] of rows!.entries()) {
    assert.ok(row.every((each) => each >= 0));
    // Relevance starts from the identity and only grows.
    assert.ok(row[i]! >= 1);
  }
  if (model.architecture.causal) assertCausal(rows!);
});

suite('gradient × attention', () => {
  test('no position behind the target, and none that it does not reach, gets any relevance', async () => {
    await using model = await openFixture('gpt2-default');
    const found = await explainFamily(model, 'gradient-x-attention');
    assert.ok(found.values.data.slice(0, -1).some((each) => each > 0));
  });
});
