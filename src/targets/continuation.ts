import type { TargetDefinition } from '../model/index.js';
import { logProbabilities, scoreOfAnswer } from './answer-scores.js';

/** log P(text | input): the sum over the tokens of a text that follows the input, each read after those before it. */
export const continuation: TargetDefinition = {
  name: 'continuation',
  aliases: [],
  summary: 'natural logarithm of the probability that a text follows',
  takes: 1,
  needs: 'next-token',
  reads: 'continuation',
  build: (context) => scoreOfAnswer(context, logProbabilities(context)),
};
