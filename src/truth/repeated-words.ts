import type { Random } from '../random.js';
import type { TruthExample } from './truth.js';
import { chosenFrom } from './word-lists.js';

/** What the copying models know; they know one more word, which stands for all others. */
const words =
  'apple arrow basket bell bird boat book bottle bridge bucket button candle carpet castle chair cloud coat coin corn cup desk door drum fence field flag flower fork frog garden glass glove grape hammer hat hill horse jar key knife ladder lamp leaf lemon letter lock mirror moon mouse nail needle nest orange paper pear pencil pillow plate pot ring river rope saddle'.split(
    ' ',
  );

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
  const row = chosenFrom(random, words, before + size + between);
  const text = [...row, ...row.slice(before, before + again)];
  const answer = before + again;
  return {
    text: text.join(' '),
    target: `logit:${row[answer]!}`,
    answers: [answer],
    needed: [answer - 1, answer, text.length - 1],
  };
}
