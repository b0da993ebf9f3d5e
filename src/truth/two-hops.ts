import type { TruthDefinition } from './truth.js';
import { chosenFrom, copiedWords } from './word-lists.js';

/** Pairs that lead nowhere, beside the two that lead to the answer. */
const others = 3;

export const twoHops: TruthDefinition = {
  name: 'two-hops',
  title: 'Two hops',
  summary: "the next word is the partner of the last word's partner, by a compiled program",
  example(random) {
    const [asked, between, answer, ...rest] = chosenFrom(random, copiedWords, 3 + 2 * others);
    const pairs = [
      [asked!, between!],
      [between!, answer!],
      ...Array.from({ length: others }, (_, i) => [rest[2 * i]!, rest[2 * i + 1]!]),
    ];
    const order = random.permutation(pairs.length);
    const text = [...order.flatMap((index) => pairs[index]!), asked!];
    const [first, second] = [2 * order.indexOf(0), 2 * order.indexOf(1)];
    const needed = [first, first + 1, second, second + 1, text.length - 1];
    return {
      text: text.join(' '),
      target: `logit:${answer}`,
      answers: needed,
      needed,
      // Without one of them it says nothing, so each has an equal share.
      values: text.map((_, place) => (needed.includes(place) ? 1 / needed.length : 0)),
    };
  },
};
