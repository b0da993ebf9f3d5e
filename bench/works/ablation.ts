import { gpt2Small } from '../checkpoints/gpt2.js';
import { sideBySide } from './side-by-side.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

/** Zero-ablation of each of the 144 heads, 64 tokens. */
export const ablation: Work = {
  name: 'ablation',
  summary: 'Zero-ablation of each of the 144 heads, 64 tokens.',
  run: (bench) =>
    sideBySide(bench, {
      work: 'zero-ablation of 144 heads, 64 tokens',
      operation: 'ablate',
      argument: { tokenIds: tokenIds(64, gpt2Small.vocabulary) },
      rounds: { rounds: 2, repetitions: 1, warmUp: 0 },
      against: [{ peer: 'transformerLens', expectation: { faster: 3 } }],
    }),
};
