import { z } from 'zod';
import type { Contributions } from '../../explanations/index.js';
import { contributionUnits, contributions as takeApart } from '../../residual-stream/index.js';
import { explanation, model, position, target, targetRecord } from '../fields.js';
import { input, readInput } from '../input.js';
import { targetOf } from '../target.js';
import { define } from './operation.js';

export const contributions = define({
  name: 'contributions',
  summary: 'What each component, head or neuron adds to a score: direct logit attribution.',
  request: z.strictObject({
    model,
    input,
    target,
    position,
    unit: z.enum(contributionUnits).default('component').describe('What has a row of its own'),
    top: z.int().min(1).max(1000).default(50).describe('How many neurons have a row, the strongest'),
  }),
  result: z.looseObject({ ...explanation, kind: z.literal('contributions'), target: targetRecord }),
  answer: (host, { model: name, input, unit, top, ...asked }, watch): Promise<Contributions> =>
    host.use(
      name,
      async (model) =>
        takeApart(model, await readInput(model, input, watch.signal), {
          ...{ target: targetOf(asked), unit, top },
          ...watch,
        }),
      watch.signal,
    ),
});
