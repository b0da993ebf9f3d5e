import { gpt2Small } from '../checkpoints/gpt2.js';
import { sideBySide } from './side-by-side.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

/** The slope of one logit at the token embeddings of 128 tokens. */
export const gradient: Work = {
  name: 'gradient',
  summary: 'The slope of one logit at the token embeddings of 128 tokens.',
  run: (bench) =>
    sideBySide(bench, {
      work: 'gradient of one logit, 128 tokens',
      operation: 'gradient',
      argument: { tokenIds: tokenIds(128, gpt2Small.vocabulary), answer: 262 },
      rounds: { rounds: 6, repetitions: 3 },
      against: [{ peer: 'transformers', expectation: { faster: 1.2 } }],
    }),
};
