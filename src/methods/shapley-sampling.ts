import { z } from 'zod';
import { attributedShares } from './games/attributed.js';
import { exactShapley, mostPlayers } from './games/exact.js';
import { sampledShapley } from './games/permutations.js';
import { defineMethod } from './method.js';

/**
 * Shapley values from random orders of the features (Castro et al. 2009, https://doi.org/10.1016/j.cor.2008.04.004;
 * Štrumbelj and Kononenko 2010). Few features are not sampled: all coalitions are tried.
 */
export const shapleySampling = defineMethod({
  name: 'shapley-sampling',
  title: 'Shapley sampling',
  aliases: ['permutation-shap', 'shapley-value-sampling'],
  summary: 'what a feature adds to the target, averaged over random orders in which features come in',
  paper: 'https://doi.org/10.1016/j.cor.2008.04.004',
  family: 'perturbation',
  signed: true,
  additive: true,
  options: z.strictObject({
    /** Random orders; each takes a pass for each feature but one. */
    permutations: z.int().min(2).max(100_000).default(25),
    /** Take each order backwards too; the reverses are among the permutations. */
    antithetic: z.boolean().default(false),
  }),
  passes: ({ features }, { permutations }) =>
    features <= mostPlayers ? 2 ** features : 2 + permutations * (features - 1),
  async attribute(question, options, coalitions) {
    const shares =
      coalitions.size <= mostPlayers
        ? await exactShapley(coalitions)
        : await sampledShapley(coalitions, { ...options, seed: question.seed });
    return attributedShares(question, shares);
  },
});
