import type { TargetDefinition } from '../model/index.js';
import { contrastOfAnswers } from './answer-scores.js';

/** logit(X) − logit(Y): why X and not Y (Yin and Neubig 2022, https://arxiv.org/abs/2202.10419). */
export const contrast: TargetDefinition = {
  name: 'contrast',
  aliases: [],
  summary: 'score of the first answer minus that of the second',
  takes: 2,
  needs: 'logits',
  build: (context) => contrastOfAnswers(context),
};
