import { repeatedWords } from './repeated-words.js';
import type { TruthDefinition } from './truth.js';

export const inductionTwoHeads: TruthDefinition = {
  name: 'induction-two-heads',
  title: 'Induction, two heads a layer',
  summary: "the next word stands after the last word's look-alike; few heads can find it",
  example: repeatedWords,
};
