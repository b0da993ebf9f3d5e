import type { TargetDefinition } from '../model/index.js';
import { logProbabilities, scoreOfAnswer } from './answer-scores.js';

/** −log P(answer) in nats: the loss of a model that was asked for this answer. */
export const crossEntropy: TargetDefinition = {
  name: 'cross-entropy',
  aliases: ['loss'],
  summary: 'loss when an answer is the right one, in nats',
  takes: 1,
  needs: 'probabilities',
  build: (context) => context.graph.apply('Neg', [scoreOfAnswer(context, logProbabilities(context))]),
};
