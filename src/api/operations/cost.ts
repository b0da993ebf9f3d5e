import { z } from 'zod';
import { type ComparisonCost, comparisonCost } from '../../cost.js';
import { readInput } from '../input.js';
import { targetOf } from '../target.js';
import { comparison } from './compare.js';
import { define } from './operation.js';

const one = { passes: z.number(), seconds: z.number() };

export const cost = define({
  name: 'cost',
  summary: 'Tells beforehand how many passes a comparison takes, and about how many seconds.',
  request: comparison,
  result: z.object({
    ...one,
    methods: z.array(z.object({ ...one, method: z.string() })),
    verdict: z.object(one),
  }),
  answer: (host, { model: name, input, target, position, ...options }, watch): Promise<ComparisonCost> =>
    host.use(
      name,
      async (model) =>
        comparisonCost(model, await readInput(model, input, watch.signal), {
          ...{ ...options, target: targetOf({ target, position }), signal: watch.signal },
        }),
      watch.signal,
    ),
});
