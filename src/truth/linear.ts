import type { TruthDefinition } from './truth.js';
import { valuedWords } from './valued-words.js';

export const linear: TruthDefinition = {
  name: 'linear',
  title: 'Linear',
  summary: "the logit is the sum of a linear function of each word's embedding",
  example: valuedWords,
};
