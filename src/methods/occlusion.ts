import { z } from 'zod';
import { defineMethod } from './method.js';

/**
 * f(x) − f(x without feature i), signed: what is lost when one feature is taken away (leave-one-out; Zeiler and Fergus
 * 2014, https://arxiv.org/abs/1311.2901; Li et al. 2016, https://arxiv.org/abs/1612.08220).
 */
export const occlusion = defineMethod({
  name: 'occlusion',
  title: 'Occlusion',
  aliases: ['leave-one-out', 'loo'],
  summary: 'what the target loses when one feature is taken away',
  paper: 'https://arxiv.org/abs/1612.08220',
  family: 'perturbation',
  signed: true,
  additive: false,
  options: z.strictObject({}),
  passes: ({ features }) => features,
  async attribute({ record, removal }, _options, coalitions) {
    const features = Array.from({ length: coalitions.size }, (_, i) => i);
    const values = await coalitions.values(features.map((i) => coalitions.of([i], false)));
    const { name, description } = removal;
    return {
      scores: values.map((value) => record.value - value),
      baseline: { removal: name, description, value: null },
      aggregation: 'difference of the target',
    };
  },
});
