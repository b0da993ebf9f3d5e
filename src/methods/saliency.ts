import { z } from 'zod';
import { defineMethod } from './method.js';
import { refuseAtMinimum, slopeOf } from './slopes.js';
import { lengthNames, lengthsByPosition, sumByFeature } from './token-scores.js';

/**
 * How steep the target is at each embedding: the length of ∂f/∂e (Simonyan et al. 2014, https://arxiv.org/abs/1312.6034;
 * for text Li et al. 2016, https://arxiv.org/abs/1506.01066).
 */
export const saliency = defineMethod({
  name: 'saliency',
  title: 'Saliency',
  aliases: ['gradient'],
  summary: 'how steep the target is at each embedding, without a direction',
  paper: 'https://arxiv.org/abs/1312.6034',
  family: 'gradient',
  signed: false,
  additive: false,
  options: z.strictObject({ aggregate: z.enum(lengthNames).default('l2') }),
  refuse: (question) => refuseAtMinimum('Saliency', question),
  passes: () => 1,
  async attribute(question, { aggregate }) {
    const slopes = await slopeOf(question);
    return {
      scores: sumByFeature(question, lengthsByPosition(slopes, question.tokens.length, aggregate)),
      signed: aggregate === 'sum',
      aggregation: `${aggregate} of the gradient over the embedding, summed over the tokens of a feature`,
    };
  },
});
