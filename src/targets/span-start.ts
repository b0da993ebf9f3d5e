import type { TargetDefinition } from '../model/index.js';
import { scoreOfAnswer } from './answer-scores.js';

/** The score that a question-answering model gives a token as the start of the answer. */
export const spanStart: TargetDefinition = {
  name: 'span-start',
  aliases: ['start'],
  summary: 'score of a token as the start of an answer in the text',
  takes: 1,
  needs: 'spans',
  reads: 'start',
  build: (context) => scoreOfAnswer(context, context.logits),
};
