import { repeatedWords } from './repeated-words.js';
import type { TruthDefinition } from './truth.js';

export const induction: TruthDefinition = {
  name: 'induction',
  title: 'Induction',
  summary: "the next word stands after the last word's look-alike; several heads can find it",
  example: repeatedWords,
};
