export const verdict = {
  agreement: 'Agreement',
  agreementHint: 'Kendall’s τ between the scores: 1 is the same order, 0 is none in common.',
  conclusions: { supported: 'supported', 'not supported': 'not supported', inconclusive: 'inconclusive' },
  notTested: 'not tested',
  passes: (count: number) => `tested in ${count} passes`,
};
