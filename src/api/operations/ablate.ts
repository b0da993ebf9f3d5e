import { z } from 'zod';
import { ablate as ablatePart } from '../ablate.js';
import { model, position, seed, target, targetRecord } from '../fields.js';
import { input, readInput } from '../input.js';
import { part, partEdits } from '../part.js';
import { targetOf } from '../target.js';
import { define } from './operation.js';

const anyPart = z.looseObject({ kind: z.string() });

export const ablate = define({
  name: 'ablate',
  summary:
    'Takes a head, layer or token away, or makes its attention even, and reads the target again, beside random others of the same kind.',
  request: z.strictObject({
    model,
    input,
    target,
    position,
    part,
    edit: z
      .enum(partEdits)
      .default('zero')
      .describe(
        'Set to zero, or to the mean over the positions; even lets each token look at all that it looks at alike',
      ),
    controls: z
      .int()
      .min(0)
      .max(100)
      .default(20)
      .describe('Most parts of the same kind that are taken away for comparison'),
    seed,
  }),
  result: z.object({
    part: anyPart,
    edit: z.enum(partEdits),
    target: targetRecord,
    value: z.number(),
    change: z.number(),
    controls: z.object({
      parts: z.array(anyPart),
      changes: z.array(z.number()),
      mean: z.number(),
      deviation: z.number(),
      atLeast: z.int(),
    }),
  }),
  answer: (host, { model: name, input, ...request }, watch) =>
    host.use(
      name,
      async (model) =>
        ablatePart(model, await readInput(model, input, watch.signal), {
          ...{ ...request, ...watch },
          target: targetOf(request),
        }),
      watch.signal,
    ),
});
