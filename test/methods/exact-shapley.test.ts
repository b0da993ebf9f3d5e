import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain, PellucidError } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { answerCase, assertClose, methodCases, testReference } from './method-golden.js';

testReference('exact-shapley');

test('scores add up to the difference that is declared', async () => {
  const [golden] = methodCases('exact-shapley');
  const { values, target, baseline, note } = await answerCase('exact-shapley', golden!);
  const sum = values.data.reduce((a, b) => a + b, 0);
  assertClose([sum], [target.value - baseline!.value!], 1e-5, 'sum');
  assert.equal(note, 'exact: all 16 coalitions of 4 features');
});

test('thirteen features are refused, and sampling is offered', async () => {
  await using model = await openFixture('gpt2-default');
  const tokenIds = Array.from({ length: 13 }, (_, i) => 60 + i);
  const refused = explain(model, { tokenIds }, { method: 'exact-shapley' });
  await assert.rejects(refused, (error: unknown) => {
    return error instanceof PellucidError && /13 features.*at most 12.*shapley-sampling/.test(error.message);
  });
});
