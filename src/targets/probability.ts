import type { TargetDefinition } from '../model/index.js';
import { scoreOfAnswer } from './answer-scores.js';

/** P(answer). */
export const probability: TargetDefinition = {
  name: 'probability',
  aliases: ['prob'],
  summary: 'probability of an answer, between 0 and 1',
  takes: 1,
  needs: 'probabilities',
  build: (context) => {
    const { graph, logits, scale } = context;
    const shares =
      scale === 'softmax' ? graph.apply('Softmax', [logits], { axis: -1 }) : graph.apply('Sigmoid', [logits]);
    return scoreOfAnswer(context, shares);
  },
};
