import { z } from 'zod';
import { attributedShares } from './games/attributed.js';
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
  async attribute(question, { samples, paired }, coalitions) {
    const drawn = samples ?? 512 + 2 * coalitions.size;
    const shares = await kernelShapley(coalitions, { samples: drawn, paired, seed: question.seed });
    return attributedShares(question, shares);
  },
});
