import { z } from 'zod';
import { defaultSamples } from './games/game.js';
import { limeModel } from './games/lime.js';
import { defineMethod } from './method.js';

/** A sparse linear model of the target around the input (LIME; Ribeiro et al. 2016, https://arxiv.org/abs/1602.04938). */
export const lime = defineMethod({
  name: 'lime',
  title: 'LIME',
  aliases: [],
  summary: 'weights of a sparse linear model of the target around the input',
  paper: 'https://arxiv.org/abs/1602.04938',
  family: 'perturbation',
  signed: true,
  additive: false,
  options: z.strictObject({
    /** Random coalitions, each feature present with probability ½; 512 and two for each feature by default. */
    samples: z.int().min(2).max(1_000_000).optional(),
    /** The kernel exp(−d² / 2 width²) of the cosine distance weighs coalitions. */
    kernelWidth: z.number().positive().default(1),
    /** `lasso` sets weak features to 0, `ridge` only holds them small. */
    model: z.enum(['lasso', 'ridge']).default('lasso'),
    /** Strength of the penalty; .01 for `lasso` and 1 for `ridge` by default. */
    alpha: z.number().positive().optional(),
  }),
  passes: ({ features }, { samples }) => Math.min(2 ** features, samples ?? defaultSamples(features)),
  async attribute({ seed, removal }, { samples, kernelWidth, model, alpha }, coalitions) {
    const { coefficients, standardError, explained, note } = await limeModel(coalitions, {
      samples: samples ?? defaultSamples(coalitions.size),
      kernelWidth,
      seed,
      kind: model,
      alpha: alpha ?? { lasso: 0.01, ridge: 1 }[model],
    });
    const unexplained = 1 - explained;
    const { name, description } = removal;
    return {
      ...{ scores: coefficients, standardError, note },
      errors: [
        { name: 'unexplained variance', value: unexplained, share: unexplained, large: unexplained > 0.5 },
      ],
      baseline: { removal: name, description, value: null },
      aggregation: 'weight in a linear model of the target',
    };
  },
});
