import { bertBase } from '../checkpoints/bert.js';
import { gpt2Small } from '../checkpoints/gpt2.js';
import { sideBySide } from './side-by-side.js';
import { tokenIds } from './token-ids.js';
import type { Bench, Work } from './work.js';

/** Integrated gradients of one logit with 50 points, 64 tokens, on both shapes. */
export const integratedGradients: Work = {
  name: 'integrated-gradients',
  summary: 'Integrated gradients of one logit with 50 points, 64 tokens.',
  run: async (bench) => [
    ...(await onShape(bench, 'gpt2Small', 'GPT-2 small', gpt2Small.vocabulary)),
    ...(await onShape(bench, 'bertBase', 'BERT base', bertBase.vocabulary)),
  ],
};

function onShape(bench: Bench, checkpoint: keyof Bench['checkpoints'], title: string, vocabulary: number) {
  return sideBySide(bench, {
    work: `integrated gradients, 50 points, 64 tokens, ${title}`,
    operation: 'integratedGradients',
    checkpoint,
    argument: { tokenIds: tokenIds(64, vocabulary), answer: 262, points: 50, batch: 10 },
    rounds: { rounds: 3, repetitions: 1, warmUp: 0 },
    against: [{ peer: 'captum', expectation: { faster: 1.5 } }],
    note: 'The peer takes 10 points at once, its fastest; Pellucid chooses for itself, and reads the baseline besides.',
  });
}
