import type { CurveWords } from 'pellucid/figures';

export const attribution = {
  /** Names of methods and metrics where they are not those of the library. */
  names: {} as Readonly<Record<string, string>>,
  /** What each method says of itself, where it is not what the library says. */
  summaries: {} as Readonly<Record<string, string>>,
  methods: 'Methods',
  chooseMethods: 'Choose methods',
  mostMethods: (count: number) => `Up to ${count} methods side by side.`,
  families: {
    attention: 'By attention',
    gradient: 'By gradients',
    perturbation: 'By taking away',
    'residual-stream': 'By the residual stream',
  } as Readonly<Record<string, string>>,
  granularity: 'Scores for',
  granularities: { tokens: 'tokens', words: 'words', sentences: 'sentences' },
  verdict: 'Test',
  verdicts: { off: 'off', quick: 'quick', full: 'full' },
  for: 'for',
  against: 'against',
  feature: 'Feature',
  declared: (name: string, value: string) => `Declared error: ${name} ${value}`,
  errors: {} as Readonly<Record<string, string>>,
  largeError: 'it is large: do not rely on these scores.',
  curves: 'Faithfulness curves',
  curveWords: {} as Partial<Omit<CurveWords, 'method'>>,
  noCurves:
    'A full test takes features away, and puts them in, the top ones first, beside random rankings of the same features.',
  testFully: 'Test fully',
  metric: 'Metric',
  random: 'Random rankings',
};
