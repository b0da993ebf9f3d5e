import type { TargetDefinition } from '../model/index.js';
import { scoreOfAnswer } from './answer-scores.js';

/** The score that the model gives an answer before any normalisation. */
export const logit: TargetDefinition = {
  name: 'logit',
  aliases: [],
  summary: 'score of an answer',
  takes: 1,
  needs: 'logits',
  build: (context) => scoreOfAnswer(context, context.logits),
};
