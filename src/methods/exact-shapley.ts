import { z } from 'zod';
import { attributedShares } from './games/attributed.js';
import { mostPlayers, exactShapley as shapleyOf } from './games/exact.js';
import { defineMethod } from './method.js';

/** Shapley values from every coalition of features (Shapley 1953; Lundberg and Lee 2017, https://arxiv.org/abs/1705.07874). */
export const exactShapley = defineMethod({
  name: 'exact-shapley',
  title: 'Exact Shapley values',
  aliases: ['shapley'],
  summary: 'what a feature adds to the target, averaged over all orders in which features can come in',
  paper: 'https://arxiv.org/abs/1705.07874',
  family: 'perturbation',
  signed: true,
  additive: true,
  options: z.strictObject({}),
  refuse({ features: { length } }) {
    if (length <= mostPlayers) return undefined;
    return `Exact Shapley values of ${length} features would take 2^${length} passes and are given for at most ${mostPlayers}: use shapley-sampling, or larger features such as words or sentences.`;
  },
  passes: ({ features }) => 2 ** features,
  async attribute(question, _options, coalitions) {
    return attributedShares(question, await shapleyOf(coalitions));
  },
});
