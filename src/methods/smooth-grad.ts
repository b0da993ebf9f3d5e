import { z } from 'zod';
import { defineMethod } from './method.js';
import { meanOf, noisyBases, noisyScores } from './noise.js';
import { lengthNames } from './token-scores.js';

/**
 * The mean of a gradient method's scores over noisy copies of the input (Smilkov et al. 2017,
 * https://arxiv.org/abs/1706.03825); `smoothgrad-sq` is the mean of their squares (Hooker et al. 2019,
 * https://arxiv.org/abs/1806.10758).
 */
export const smoothGrad = defineMethod({
  name: 'smooth-grad',
  title: 'SmoothGrad',
  aliases: ['smoothgrad'],
  summary: 'saliency, averaged over noisy copies of the input',
  paper: 'https://arxiv.org/abs/1706.03825',
  family: 'gradient',
  signed: false,
  additive: false,
  options: z.strictObject({
    samples: z.int().min(2).max(100_000).default(25),
    noise: z.number().min(0).max(10).default(0.15),
    base: z.enum(noisyBases).default('saliency'),
    aggregate: z.enum(lengthNames).default('l2'),
    variant: z.enum(['smoothgrad', 'smoothgrad-sq']).default('smoothgrad'),
  }),
  passes: (_, { samples }) => samples,
  async attribute(question, { variant, ...noise }) {
    const samples = await noisyScores(question, noise);
    const squared = variant === 'smoothgrad-sq';
    const { mean, standardError } = meanOf(
      squared ? samples.map((scores) => scores.map((score) => score * score)) : samples,
    );
    return {
      ...{ scores: mean, standardError },
      signed: !squared && (noise.base === 'input-x-gradient' || noise.aggregate === 'sum'),
      aggregation: `mean over ${noise.samples} noisy inputs of the ${squared ? 'squared ' : ''}${noise.base} of a feature`,
    };
  },
});
