export const attribution = {
  methods: 'Methods',
  chooseMethods: 'Choose methods',
  mostMethods: (count: number) => `Up to ${count} methods side by side.`,
  granularity: 'Scores for',
  granularities: { tokens: 'tokens', words: 'words', sentences: 'sentences' },
  for: 'for',
  against: 'against',
  feature: 'Feature',
  error: 'Error',
  declared: (name: string, value: string) => `${name} ${value}`,
  largeError: 'The declared error is large: do not rely on these scores.',
};
