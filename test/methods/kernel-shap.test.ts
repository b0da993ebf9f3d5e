import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerCase, methodCases, testReference } from './method-golden.js';
import { testSampled } from './sampled-golden.js';

const cases = methodCases('kernel-shap');
testReference('kernel-shap', undefined, cases.slice(0, -1));
testSampled(
  'kernel-shap',
  cases.at(-1)!,
  /^sampled: 1,000 coalitions of 14 features, each with its complement$/,
);

test('the default number of samples is told', async () => {
  const { samples: _, ...options } = cases.at(-1)!.options;
  const found = await answerCase('kernel-shap', { ...cases.at(-1)!, options });
  assert.match(found.note!, /540 coalitions of 14 features/);
});
