import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerCase, methodCases, testReference } from './method-golden.js';
import { testSampled } from './sampled-golden.js';

const cases = methodCases('shapley-sampling');
testReference('shapley-sampling', undefined, cases.slice(0, -1));
testSampled('shapley-sampling', cases.at(-1)!, /^sampled: 100 random orders of 14 features$/);

test('few features are not sampled, and the result says so', async () => {
  const found = await answerCase('shapley-sampling', cases[0]!);
  assert.equal(found.note, 'exact: all 16 coalitions of 4 features');
  assert.equal(found.standardError, null);
});

test('with reverses the errors are smaller', async () => {
  const plain = await answerCase('shapley-sampling', cases.at(-1)!);
  const found = await answerCase('shapley-sampling', cases.at(-1)!, { antithetic: true });
  assert.match(found.note!, /50 random orders .* each with its reverse/);
  const total = (errors: Float32Array) => errors.reduce((a, b) => a + b, 0);
  assert.ok(total(found.standardError!.data) < total(plain.standardError!.data));
});
