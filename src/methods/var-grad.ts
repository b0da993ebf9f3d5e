import { z } from 'zod';
import { defineMethod } from './method.js';
import { meanOf, noisyBases, noisyScores } from './noise.js';
import { lengthNames } from './token-scores.js';

/**
 * The variance of a gradient method's scores over noisy copies of the input (Adebayo et al. 2018,
 * https://arxiv.org/abs/1810.03292): where the slope changes, not where it is large.
 */
export const varGrad = defineMethod({
  name: 'var-grad',
  title: 'VarGrad',
  aliases: ['vargrad'],
  summary: 'how much saliency varies over noisy copies of the input',
  paper: 'https://arxiv.org/abs/1810.03292',
  family: 'gradient',
  signed: false,
  additive: false,
  options: z.strictObject({
    samples: z.int().min(4).max(100_000).default(25),
    noise: z.number().min(0).max(10).default(0.15),
    base: z.enum(noisyBases).default('saliency'),
    aggregate: z.enum(lengthNames).default('l2'),
  }),
  passes: (_, { samples }) => samples,
  async attribute(question, noise) {
    const samples = await noisyScores(question, noise);
    const { mean } = meanOf(samples);
    const squares = samples.map((scores) => scores.map((score, i) => (score - mean[i]!) ** 2));
    const count = samples.length;
    const spread = meanOf(squares);
    return {
      scores: spread.mean.map((value) => (value * count) / (count - 1)),
      // That of the mean square, which is right but for terms of 1/n.
      standardError: spread.standardError.map((value) => (value * count) / (count - 1)),
      aggregation: `variance over ${count} noisy inputs of the ${noise.base} of a feature`,
    };
  },
});
