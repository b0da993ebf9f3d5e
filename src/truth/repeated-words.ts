import type { Random } from '../random.js';
import type { TruthExample } from './truth.js';
import { chosenFrom, copiedWords } from './word-lists.js';

/** Lengths of the segments, and of the rows that the models were trained on. */
const [shortest, longest, rowLength] = [10, 24, 48];

/**
 * Different words, with a segment said again: the next word stands after the last word's look-alike. The model finds it by
 * three words: the last one, its look-alike, and the answer itself.
 */
export function repeatedWords(random: Random): TruthExample {
  const size = shortest + random.below(longest - shortest + 1);
  const again = 1 + random.below(size - 1);
  const before = random.below(rowLength - 2 * size + 1);
  const between = random.below(rowLength - 2 * size - before + 1);
  const row = chosenFrom(random, copiedWords, before + size + between);
  const text = [...row, ...row.slice(before, before + again)];
  const answer = before + again;
  return {
    text: text.join(' '),
    target: `logit:${row[answer]!}`,
    answers: [answer],
    needed: [answer - 1, answer, text.length - 1],
  };
}
