import { gpt2Small } from '../checkpoints/gpt2.js';
import { sideBySide } from './side-by-side.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

/** Integrated gradients of one logit with 50 points, 64 tokens. */
export const integratedGradients: Work = {
  name: 'integrated-gradients',
  summary: 'Integrated gradients of one logit with 50 points, 64 tokens.',
  run: (bench) =>
    sideBySide(bench, {
      work: 'integrated gradients, 50 points, 64 tokens',
      operation: 'integratedGradients',
      argument: { tokenIds: tokenIds(64, gpt2Small.vocabulary), answer: 262, points: 50, batch: 10 },
      rounds: { rounds: 3, repetitions: 1, warmUp: 0 },
      against: [{ peer: 'captum', expectation: { faster: 1.5 } }],
      note: 'Both sides take 10 points at once.',
    }),
};
