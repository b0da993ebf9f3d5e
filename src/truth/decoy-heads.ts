import type { TruthDefinition } from './truth.js';
import { chosenFrom, fillersFrom, wordsInText } from './word-lists.js';

export const decoyHeads: TruthDefinition = {
  name: 'decoy-heads',
  title: 'Decoy heads',
  summary: 'one word decides, and half of the heads look at another, in vain',
  example(random) {
    const text = fillersFrom(random, wordsInText);
    const places = Array.from({ length: wordsInText }, (_, index) => index);
    const [place, ...decoys] = chosenFrom(random, places, 2 + random.below(2));
    text[place!] = 'key';
    for (const decoy of decoys) text[decoy] = 'lock';
    return {
      text: text.join(' '),
      target: 'class:yes',
      answers: [place!],
      needed: [place!],
      values: text.map((_, index) => (index === place ? 1 : 0)),
    };
  },
};
