import type { TargetDefinition } from '../model/index.js';
import { scoreOfAnswer } from './answer-scores.js';

/** The score that a question-answering model gives a token as the end of the answer. */
export const spanEnd: TargetDefinition = {
  name: 'span-end',
  aliases: ['end'],
  summary: 'score of a token as the end of an answer in the text',
  takes: 1,
  needs: 'spans',
  reads: 'end',
  build: (context) => scoreOfAnswer(context, context.logits),
};
