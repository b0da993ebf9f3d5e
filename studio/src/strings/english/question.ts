export const question = {
  why: 'Why',
  ratherThan: 'rather than',
  bestAnswer: (text: string) => `${text} (best)`,
  anything: 'anything else',
};
