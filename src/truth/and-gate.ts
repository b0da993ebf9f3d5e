import { gateWords } from './gate-words.js';
import type { TruthDefinition } from './truth.js';

export const andGate: TruthDefinition = {
  name: 'and-gate',
  title: 'And gate',
  summary: 'the answer needs two words together',
  example: (random) => gateWords(random, random.below(2) === 0 ? ['key', 'lock'] : ['lock', 'key']),
};
