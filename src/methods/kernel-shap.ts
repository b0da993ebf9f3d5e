import { z } from 'zod';
import { attributedShares } from './games/attributed.js';
import { defaultSamples } from './games/game.js';
import { kernelShapley } from './games/regression.js';
import { defineMethod } from './method.js';

/** Shapley values by weighted linear regression on random coalitions (Lundberg and Lee 2017, https://arxiv.org/abs/1705.07874). */
export const kernelShap = defineMethod({
  name: 'kernel-shap',
  title: 'KernelSHAP',
  aliases: ['kernelshap'],
  summary: 'Shapley values as the weights of a linear model of random coalitions',
  paper: 'https://arxiv.org/abs/1705.07874',
  family: 'perturbation',
  signed: true,
  additive: true,
  options: z.strictObject({
    /** Coalitions beside those of none and all; 512 and two for each feature by default. */
    samples: z.int().min(2).max(1_000_000).optional(),
    /** Take the complement of each coalition too; complements are among the samples. */
    paired: z.boolean().default(true),
  }),
  passes: ({ features }, { samples }) => Math.min(2 ** features, 2 + (samples ?? defaultSamples(features))),
  async attribute(question, { samples, paired }, coalitions) {
    const drawn = samples ?? defaultSamples(coalitions.size);
    const shares = await kernelShapley(coalitions, { samples: drawn, paired, seed: question.seed });
    return attributedShares(question, shares);
  },
});
