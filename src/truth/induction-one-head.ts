import { repeatedWords } from './repeated-words.js';
import type { TruthDefinition } from './truth.js';

export const inductionOneHead: TruthDefinition = {
  name: 'induction-one-head',
  title: 'Induction, one head a layer',
  summary: "the next word stands after the last word's look-alike; one way to find it",
  example: repeatedWords,
};
