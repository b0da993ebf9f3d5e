import type { TargetDefinition } from '../model/index.js';
import { logProbabilities, scoreOfAnswer } from './answer-scores.js';

/** log P(answer), natural logarithm. */
export const logProbability: TargetDefinition = {
  name: 'log-probability',
  aliases: ['logprob'],
  summary: 'natural logarithm of the probability of an answer',
  takes: 1,
  needs: 'probabilities',
  build: (context) => scoreOfAnswer(context, logProbabilities(context)),
};
