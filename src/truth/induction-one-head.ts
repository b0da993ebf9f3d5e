import { repeatedWords } from './repeated-words.js';
import type { TruthDefinition } from './truth.js';

export const inductionOneHead: TruthDefinition = {
  name: 'induction-one-head',
  title: 'Induction, one head a layer',
  summary: "the next word stands after the last word's look-alike; one circuit finds it",
  example(random) {
    const example = repeatedWords(random);
    const { text, needed } = example;
    // Without one of them it says nothing, so each has an equal share.
    const values = text.split(' ').map((_, place) => (needed.includes(place) ? 1 / needed.length : 0));
    return { ...example, answers: needed, values };
  },
};
