/** A sentence to begin with, by the model that shows something with it; any other model gets the causal one. */
export const examples: Readonly<Record<string, string>> = {
  causal: 'Anna met Tom in the park. Anna met',
  'pellucid-bert': 'Anna has a red ball. The ball is [MASK].',
};
