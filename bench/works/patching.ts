import { gpt2Small } from '../checkpoints/gpt2.js';
import { sideBySide } from './side-by-side.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

/** Activation patching of the residual stream at all layers and positions of 32 tokens. */
export const patching: Work = {
  name: 'patching',
  summary: 'Activation patching of the residual stream at all layers and positions of 32 tokens.',
  run(bench) {
    const clean = tokenIds(32, gpt2Small.vocabulary);
    const corrupted = clean.map((id, i) => (i === 5 ? (id + 1) % gpt2Small.vocabulary : id));
    return sideBySide(bench, {
      work: 'patching of resid_pre, 12 layers × 32 positions',
      operation: 'patch',
      argument: { clean, corrupted },
      rounds: { rounds: 2, repetitions: 1, warmUp: 0 },
      against: [{ peer: 'transformerLens', expectation: { faster: 4 } }],
    });
  },
};
