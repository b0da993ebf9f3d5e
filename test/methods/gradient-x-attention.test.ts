import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain, parseTarget } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { familyTokens, testFamilies } from './attention-families.js';
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
  test('nothing that stands behind the position of the target has any relevance', async () => {
    await using model = await openFixture('gpt2-default');
    const found = await explain(
      model,
      { tokenIds: familyTokens },
      {
        ...{ method: 'gradient-x-attention', special: true, verdict: 'off' },
        target: parseTarget('logit: #20', { position: 3 }),
      },
    );
    const scores = [...found.values.data];
    assert.ok(scores.slice(0, 3).some((each) => each > 0));
    assert.deepEqual(scores.slice(4), [0, 0, 0]);
  });

  test('the answer decides: another one has another relevance', async () => {
    await using model = await openFixture('gpt2-default');
    const about = (target: string) =>
      explain(model, { tokenIds: familyTokens }, { method: 'gradient-x-attention', verdict: 'off', target });
    const [one, other] = [await about('logit: #20'), await about('logit: #21')];
    assert.notDeepEqual(one.values.data, other.values.data);
  });
});
