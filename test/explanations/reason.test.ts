import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Reason, reasonSentence } from '../../src/explanations/index.js';

const comparison = {
  metric: 'comprehensiveness',
  value: 5.25,
  random: 1.125,
  standardError: 0.25,
  seeds: 10,
};

/** One reason of each code, with the sentence that says it. */
const said: readonly (readonly [Reason, string])[] = [
  [
    { code: 'few-features', features: 3, needed: 4 },
    'With 3 features there are too few rankings to tell one from chance; 4 would do.',
  ],
  [{ code: 'still-target' }, 'Taking features away hardly moves the target, whichever they are.'],
  [
    {
      code: 'ranking',
      comparisons: [
        { ...comparison, deviations: 3 },
        { ...comparison, metric: 'sufficiency', deviations: -0.5 },
      ],
      ...{ seeds: 10, better: 7, equal: 1, chance: 0.27, supportedUpTo: 0.05, notSupportedAbove: 0.3 },
      agreement: 0.25,
    },
    'Better than 7 of 10 random rankings and as good as 1: comprehensiveness 5.25 against 1.13 ± 0.25 (3.0 deviations better); sufficiency 5.25 against 1.13 ± 0.25 (0.5 deviations worse); agreement with leave-one-out τ = 0.25.',
  ],
  [
    { code: 'few-parts', parts: 4, needed: 12 },
    'With 4 parts there are too few to tell one that stands out from chance; 12 would do.',
  ],
  [
    {
      code: 'part',
      ...{ effect: 2, others: { count: 15, mean: 0.5, standardError: 0.125 }, deviations: 7.5 },
      ...{ supportedAbove: 6, notSupportedUpTo: 3, byMean: -1 },
    },
    'Without it the target falls by 2, against 0.5 ± 0.125 of 15 others (7.5 robust deviations beyond their median); set to its mean over the text, it rises by 1.',
  ],
];

suite('reasons of verdicts', () => {
  for (const [reason, sentence] of said)
    test(reason.code, () => assert.equal(reasonSentence(reason), sentence));
});
