import { z } from 'zod';
import type { Lens } from '../../explanations/index.js';
import { lensPlaces, lens as readLens } from '../../residual-stream/index.js';
import { explanation, model, most } from '../fields.js';
import { input, readInput } from '../input.js';
import { define } from './operation.js';

export const lens = define({
  name: 'lens',
  summary: 'What the model would answer if it ended after each layer, at every position: the logit lens.',
  request: z.strictObject({
    model,
    input,
    at: z
      .enum(lensPlaces)
      .default('resid')
      .describe('What is read: the stream, behind attention too, or what attention or MLP writes'),
    pinned: z
      .array(z.union([z.int().nonnegative().max(most.index), z.string().min(1).max(most.name)]))
      .max(8)
      .optional()
      .describe('Tokens that are followed through the layers; by default the best answer'),
    top: z.int().min(1).max(20).default(5).describe('How many tokens are kept for each layer and position'),
  }),
  result: z.looseObject({ ...explanation, kind: z.literal('lens') }),
  answer: (host, { model: name, input, ...options }, watch): Promise<Lens> =>
    host.use(
      name,
      async (model) => readLens(model, await readInput(model, input, watch.signal), { ...options, ...watch }),
      watch.signal,
    ),
});
