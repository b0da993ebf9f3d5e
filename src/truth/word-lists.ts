import type { Random } from '../random.js';

/** Words that mean nothing to the classifiers. */
const fillers =
  'the a this that film story scene actor music plot ending was is had with and of in on it very rather quite then there each some two'.split(
    ' ',
  );

/** What the copying models know; they know one more word, which stands for all others. */
export const copiedWords =
  'apple arrow basket bell bird boat book bottle bridge bucket button candle carpet castle chair cloud coat coin corn cup desk door drum fence field flag flower fork frog garden glass glove grape hammer hat hill horse jar key knife ladder lamp leaf lemon letter lock mirror moon mouse nail needle nest orange paper pear pencil pillow plate pot ring river rope saddle'.split(
    ' ',
  );

/** What a word adds to the logit of `yes` in the linear and the additive model; all others add nothing. */
export const wordValues: Readonly<Record<string, number>> = {
  superb: 3,
  great: 2,
  good: 1.25,
  nice: 1,
  fine: 0.5,
  decent: 0.25,
  dull: -0.5,
  slow: -0.75,
  weak: -1,
  bad: -1.5,
  poor: -1.75,
  awful: -2.5,
};

/** What [MASK] adds there, and so what is lost with a word. */
export const maskValue = 0.125;

/** Words of the texts that the closed-form models are made for. */
export const wordsInText = 10;

/** Words that mean nothing, each at most once. */
export function fillersFrom(random: Random, count: number): string[] {
  return chosenFrom(random, fillers, count);
}

/** So many different entries of a list, in random order. */
export function chosenFrom<T>(random: Random, list: readonly T[], count: number): T[] {
  return random
    .permutation(list.length)
    .slice(0, count)
    .map((index) => list[index]!);
}
