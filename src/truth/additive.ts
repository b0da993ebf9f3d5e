import type { TruthDefinition } from './truth.js';
import { valuedWords } from './valued-words.js';

export const additive: TruthDefinition = {
  name: 'additive',
  title: 'Additive',
  summary: 'the logit is the sum of what each word is worth, which bends with its embedding',
  example: valuedWords,
};
