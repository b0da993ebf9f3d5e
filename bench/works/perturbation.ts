import { gpt2Small } from '../checkpoints/gpt2.js';
import { sideBySide } from './side-by-side.js';
import { tokenIds } from './token-ids.js';
import type { Work } from './work.js';

/** What the explanations that need only scores have in common: one logit of 64 tokens. */
const argument = { tokenIds: tokenIds(64, gpt2Small.vocabulary), answer: 262, batch: 16 };
const rounds = { rounds: 2, repetitions: 1, warmUp: 0 };

const occlusion: Work = {
  name: 'occlusion',
  summary: 'Occlusion of each of 64 tokens, for one logit.',
  run: (bench) =>
    sideBySide(bench, {
      ...{ work: 'occlusion, 64 tokens', operation: 'occlusion', argument, rounds },
      against: [{ peer: 'captum', expectation: { faster: 1.5 } }],
      note: 'Both sides read 16 inputs at once.',
    }),
};

const shapleySampling: Work = {
  name: 'shapley-sampling',
  summary: 'Shapley values of one logit from 4 random orders of 64 tokens.',
  run: (bench) =>
    sideBySide(bench, {
      ...{ work: 'Shapley sampling, 4 orders of 64 tokens', operation: 'shapleySampling', rounds },
      argument: { ...argument, permutations: 4 },
      against: [{ peer: 'captum', expectation: { faster: 1.5 } }],
      note: 'Compared is what the scores add up to.',
    }),
};

const kernelShap: Work = {
  name: 'kernel-shap',
  summary: 'Shapley values of one logit from 256 coalitions of 64 tokens, by regression.',
  run: (bench) =>
    sideBySide(bench, {
      ...{ work: 'KernelSHAP, 256 coalitions of 64 tokens', operation: 'kernelShap', rounds },
      argument: { ...argument, samples: 256 },
      against: [{ peer: 'shap', expectation: { faster: 1.5 } }],
      note: 'Compared is what the scores add up to.',
    }),
};

/** Explanations that need only scores, at equal numbers of samples. */
export const perturbationWorks: readonly Work[] = [occlusion, shapleySampling, kernelShap];
