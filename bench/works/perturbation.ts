import { bertBase } from '../checkpoints/bert.js';
import { gpt2Small } from '../checkpoints/gpt2.js';
import { type Question, sideBySide } from './side-by-side.js';
import { tokenIds } from './token-ids.js';
import type { Bench, Work } from './work.js';

const rounds = { rounds: 2, repetitions: 1, warmUp: 0 };
const shapes = [
  { checkpoint: 'gpt2Small', title: 'GPT-2 small', vocabulary: gpt2Small.vocabulary },
  { checkpoint: 'bertBase', title: 'BERT base', vocabulary: bertBase.vocabulary },
] as const;

type Perturbation = 'occlusion' | 'shapleySampling' | 'kernelShap';
type About<Name extends Perturbation> = Pick<Question<Name>, 'work' | 'operation' | 'against' | 'note'> & {
  readonly more: Readonly<Record<string, number>>;
};

/** An explanation that needs only scores, of one logit of 64 tokens, on both shapes. */
async function onBothShapes<Name extends Perturbation>(bench: Bench, { work, more, ...about }: About<Name>) {
  const rows = [];
  for (const { checkpoint, title, vocabulary } of shapes) {
    const argument = { tokenIds: tokenIds(64, vocabulary), answer: 262, batch: 16, ...more };
    const question = { ...about, work: `${work}, ${title}`, checkpoint, argument, rounds };
    rows.push(...(await sideBySide(bench, question as unknown as Question<Name>)));
  }
  return rows;
}

const occlusion: Work = {
  name: 'occlusion',
  summary: 'Occlusion of each of 64 tokens, for one logit.',
  run: (bench) =>
    onBothShapes(bench, {
      ...{ work: 'occlusion, 64 tokens', operation: 'occlusion', more: {} },
      against: [{ peer: 'captum', expectation: { faster: 1.5 } }],
      note: 'Both sides read 16 inputs at once.',
    }),
};

const shapleySampling: Work = {
  name: 'shapley-sampling',
  summary: 'Shapley values of one logit from 4 random orders of 64 tokens.',
  run: (bench) =>
    onBothShapes(bench, {
      ...{ work: 'Shapley sampling, 4 orders of 64 tokens', operation: 'shapleySampling' },
      more: { permutations: 4 },
      against: [{ peer: 'captum', expectation: { faster: 1.5 } }],
      note: 'Compared is what the scores add up to.',
    }),
};

const kernelShap: Work = {
  name: 'kernel-shap',
  summary: 'Shapley values of one logit from 256 coalitions of 64 tokens, by regression.',
  run: (bench) =>
    onBothShapes(bench, {
      ...{ work: 'KernelSHAP, 256 coalitions of 64 tokens', operation: 'kernelShap', more: { samples: 256 } },
      against: [{ peer: 'shap', expectation: { faster: 1.5 } }],
      note: 'Compared is what the scores add up to.',
    }),
};

/** Explanations that need only scores, at equal numbers of samples. */
export const perturbationWorks: readonly Work[] = [occlusion, shapleySampling, kernelShap];
