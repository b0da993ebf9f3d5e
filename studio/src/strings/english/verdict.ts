import { type Reason, reasonSentence } from 'pellucid/explanations';

export const verdict = {
  agreement: 'Agreement',
  agreementHint: 'Kendall’s τ between the scores: 1 is the same order, 0 is none in common.',
  conclusions: { supported: 'supported', 'not supported': 'not supported', inconclusive: 'inconclusive' },
  notTested: 'not tested',
  passes: (count: number) => `(Tested in ${count} passes.)`,
  reason: (because: Reason): string => reasonSentence(because),
};
