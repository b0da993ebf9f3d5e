export const overview = {
  predictions: 'Predictions',
  predictionsAt: (position: number) => `Predictions at position ${position}`,
  answer: 'Answer',
  probability: 'Probability',
  score: 'Score',
  askWhy: (text: string) => `Ask why ${text}`,
  noPredictions: 'This model has no head: it predicts nothing, but its attention can be seen.',
  findings: 'Findings',
  findingsHint: 'What the answer rests on most, and whether that holds when it is tested.',
  speaksFor: (feature: string, target: string) => `${feature} speaks most for ${target}`,
  speaksAgainst: (feature: string, target: string) => `${feature} speaks most against ${target}`,
  matters: (feature: string, target: string) => `${feature} matters most for ${target}`,
};
