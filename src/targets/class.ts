import type { TargetDefinition } from '../model/index.js';
import { scoreOfAnswer } from './answer-scores.js';

/** The score that a classifier gives a label. */
export const classScore: TargetDefinition = {
  name: 'class',
  aliases: [],
  summary: "score of a classifier's label",
  takes: 1,
  needs: 'labels',
  build: (context) => scoreOfAnswer(context, context.logits),
};
