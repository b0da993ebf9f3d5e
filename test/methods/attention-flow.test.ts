import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain, type Progress } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { explainFamily, testFamilies } from './attention-families.js';
import { assertCausal, assertRowSums, mapRows } from './map-checks.js';
import { testReference } from './method-golden.js';

testReference('attention-flow');

testFamilies(
  'attention-flow',
  (found, model) => {
    const [rows] = mapRows(found);
    assertRowSums(rows!);
    if (model.architecture.causal) assertCausal(rows!);
  },
  { rows: 'all' },
);

suite('attention flow', () => {
  test('computes the row of the target alone, and then has no map', async () => {
    await using model = await openFixture('gpt2-default');
    const found = await explainFamily(model, 'attention-flow');
    assert.equal(found.map, null);
    const all = await explainFamily(model, 'attention-flow', { rows: 'all' });
    assert.deepEqual(found.values.data, mapRows(all)[0]!.at(-1));
  });

  test('tells its progress and can be cancelled', async () => {
    await using model = await openFixture('gpt2-default');
    const steps: number[] = [];
    const onProgress = ({ done, part }: Progress) => {
      if (part === 'flows') steps.push(done);
    };
    const tokenIds = [26, 5, 7];
    const options = { method: 'attention-flow', target: 'logit: #20' };
    await explain(model, { tokenIds }, { ...options, onProgress });
    assert.deepEqual(steps, [1, 2, 3]);
    const stop = new AbortController();
    const cancelled = explain(
      model,
      { tokenIds },
      {
        ...options,
        signal: stop.signal,
        onProgress: () => stop.abort(),
      },
    );
    await assert.rejects(cancelled, { code: 'cancelled' });
  });
});
