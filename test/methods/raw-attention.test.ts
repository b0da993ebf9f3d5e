import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain, parseTarget } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { rowSumTolerance } from '../tolerances.js';
import { explainFamily, testFamilies } from './attention-families.js';
import { assertCausal, assertRowSums, mapRows } from './map-checks.js';
import { assertClose, testReference } from './method-golden.js';

testReference('raw-attention');

testFamilies('raw-attention', (found, model) => {
  const [rows] = mapRows(found);
  const [sink] = found.errors;
  if (sink) {
    // What is missing from the target's row went to the sink.
    const sum = rows!.at(-1)!.reduce((a, b) => a + b, 0);
    assertClose([sum], [1 - sink.value], rowSumTolerance, 'row and sink');
  } else assertRowSums(rows!);
  if (model.architecture.causal) assertCausal(rows!);
});

suite('raw attention', () => {
  test('its scores are the row that the target is read from', async () => {
    await using model = await openFixture('bert-sequence-classification');
    const found = await explainFamily(model, 'raw-attention');
    assert.deepEqual([...found.values.data], [...mapRows(found)[0]![0]!]);
    assert.match(found.aggregation, /^row of position 0, mean over heads, then mean over layers/);
  });

  test('a classifier of the last token and one of the mean of all are told apart', async () => {
    await using last = await openFixture('llama-sequence-classification');
    assert.match((await explainFamily(last, 'raw-attention')).aggregation, /^row of position 6/);
    await using mean = await openFixture('modernbert-mean-pooling');
    const found = await explainFamily(mean, 'raw-attention');
    assert.match(found.aggregation, /^mean over the rows of 7 positions/);
    const rows = mapRows(found)[0]!;
    const expected = Array.from(rows, (_, source) => rows.reduce((sum, row) => sum + row[source]! / 7, 0));
    assertClose(found.values.data, expected, 1e-6, 'means of columns');
  });

  test('an input of a model whose special tokens are known gives them no score', async () => {
    await using model = await openFixture('bert-default');
    const tokenIds = [2, 56, 84, 67, 80, 4, 85, 3];
    const target = parseTarget('logit: #61', { position: 5 });
    const found = await explain(model, { tokenIds }, { method: 'raw-attention', target });
    assert.deepEqual(
      found.features.flatMap(({ positions }) => positions),
      [1, 2, 3, 4, 6],
    );
  });

  test('a layer or head that does not exist is refused', async () => {
    await using model = await openFixture('gpt2-default');
    for (const options of [{ layer: 9 }, { head: 9 }])
      await assert.rejects(explainFamily(model, 'raw-attention', options), { code: 'not-found' });
    await assert.rejects(explainFamily(model, 'raw-attention', { layer: -1 }), { code: 'bad-input' });
  });
});
