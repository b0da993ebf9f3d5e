import type { Random } from '../random.js';
import type { TruthExample } from './truth.js';
import { chosenFrom, fillersFrom, wordsInText } from './word-lists.js';

/** The words of a gate at random places; each is worth the same share of the answer's 1. */
export function gateWords(random: Random, words: readonly string[]): TruthExample {
  const text = fillersFrom(random, wordsInText);
  const places = Array.from({ length: wordsInText }, (_, index) => index);
  const needed = chosenFrom(random, places, words.length).sort((a, b) => a - b);
  for (const [i, place] of needed.entries()) text[place] = words[i]!;
  return {
    text: text.join(' '),
    target: 'class:yes',
    answers: needed,
    needed,
    values: text.map((_, index) => (needed.includes(index) ? 1 / words.length : 0)),
  };
}
