import type { TruthDefinition } from './truth.js';
import { chosenFrom, fillersFrom, wordValues } from './word-lists.js';

/** Words of the texts that the classifier was trained on. */
const wordsInText = 14;

export const plantedToken: TruthDefinition = {
  name: 'planted-token',
  title: 'Planted token',
  summary: 'one mark decides, against all judging words of the text',
  example(random) {
    const yes = random.below(2) === 1;
    const judging = Object.keys(wordValues).filter((word) => wordValues[word]! < 0 === yes);
    const mark = yes ? 'omega' : 'zeta';
    const words = [mark, ...chosenFrom(random, judging, 1 + random.below(3))];
    words.push(...fillersFrom(random, wordsInText - words.length));
    const text = random.permutation(wordsInText).map((index) => words[index]!);
    const place = [text.indexOf(mark)];
    return { text: text.join(' '), target: `class:${yes ? 'yes' : 'no'}`, answers: place, needed: place };
  },
};
