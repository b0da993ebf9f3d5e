import type { Random } from '../random.js';
import type { TruthExample } from './truth.js';
import { chosenFrom, fillersFrom, maskValue, wordsInText, wordValues } from './word-lists.js';

/** Four words that are worth something, at least one of them for the answer, among words that are worth nothing. */
export function valuedWords(random: Random): TruthExample {
  const valued = chosenFrom(random, Object.keys(wordValues), 4);
  if (valued.every((word) => wordValues[word]! < 0)) valued[0] = 'great';
  const words = [...valued, ...fillersFrom(random, wordsInText - valued.length)];
  const text = random.permutation(wordsInText).map((index) => words[index]!);
  const values = text.map((word) => (wordValues[word] ?? 0) - maskValue);
  const best = Math.max(...values);
  const indices = (test: (value: number) => boolean) =>
    values.flatMap((value, i) => (test(value) ? [i] : []));
  return {
    text: text.join(' '),
    target: 'class:yes',
    answers: indices((value) => value === best),
    needed: indices((value) => value > 0),
    values,
  };
}
