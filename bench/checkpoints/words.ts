import { randomNumbers, seedOf } from './random.js';

const onsets = [
  'b',
  'br',
  'c',
  'ch',
  'd',
  'f',
  'g',
  'gr',
  'h',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
  'th',
  'v',
  'w',
];
const vowels = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou'];
const codas = ['', '', '', 'l', 'm', 'n', 'nd', 'r', 's', 'st', 't'];

/** Distinct words that can be pronounced, always the same ones, the shorter more often first; without end. */
export function* words(): Generator<string> {
  const random = randomNumbers(seedOf('words'));
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)]!;
  const seen = new Set<string>();
  for (;;) {
    const syllables = 1 + Math.floor(random() * Math.min(4, 1 + Math.log10(seen.size + 1)));
    const word = Array.from({ length: syllables }, () => pick(onsets) + pick(vowels) + pick(codas)).join('');
    if (seen.has(word)) continue;
    seen.add(word);
    yield word;
  }
}

/** A text of about `length` characters from the first words of {@link words}, frequent ones far more often (Zipf). */
export function randomText(length: number): string {
  const known: string[] = [];
  for (const word of words()) if (known.push(word) === 20_000) break;
  const random = randomNumbers(seedOf('text'));
  let text = '';
  let capital = true;
  while (text.length < length) {
    const word = known[Math.floor(known.length ** random()) - 1]!;
    const end = random();
    text += capital ? word[0]!.toUpperCase() + word.slice(1) : word;
    capital = end < 0.08;
    text += capital ? '. ' : end < 0.15 ? ', ' : ' ';
  }
  return text.trimEnd();
}
