import { gateWords } from './gate-words.js';
import type { TruthDefinition } from './truth.js';

export const orGate: TruthDefinition = {
  name: 'or-gate',
  title: 'Or gate',
  summary: 'one of two or three equal words is enough for the answer',
  example: (random) =>
    gateWords(
      random,
      Array.from({ length: 2 + random.below(2) }, () => 'key'),
    ),
};
