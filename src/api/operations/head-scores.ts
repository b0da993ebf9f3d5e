import { z } from 'zod';
import type { HeadScores } from '../../explanations/index.js';
import { headScores as scoresOf } from '../../head-scores.js';
import { attendedInput, stack } from '../attended-input.js';
import { explanation, index, model, seed } from '../fields.js';
import { input } from '../input.js';
import { define } from './operation.js';

export const headScores = define({
  name: 'head-scores',
  summary: 'Where each head looks, in a few numbers: previous token, induction, entropy and others.',
  request: z.strictObject({
    model,
    input,
    stack,
    on: z.enum(['input', 'repeated']).default('input').describe('The input, or random tokens read twice'),
    like: z
      .strictObject({ layer: index, head: index })
      .optional()
      .describe('The head that all are compared with'),
    seed,
  }),
  result: z.looseObject({ ...explanation, kind: z.literal('head-scores'), measures: z.array(z.string()) }),
  answer: (host, { model: name, input, stack, ...options }, watch): Promise<HeadScores> =>
    host.use(
      name,
      async (model) => {
        const read = await attendedInput(model, input, stack, watch.signal);
        return scoresOf(model, read, { stack, ...options, ...watch });
      },
      watch.signal,
    ),
});
