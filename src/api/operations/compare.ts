import { z } from 'zod';
import { compare as compareMethods } from '../../compare.js';
import type { Attribution } from '../../explanations/index.js';
import { explanation, model, most, position, seed, target, targetRecord } from '../fields.js';
import { input, readInput } from '../input.js';
import { targetOf } from '../target.js';
import { define } from './operation.js';

export interface CompareResult {
  readonly attributions: readonly Attribution[];
  /** Kendall's τ-b of each pair of methods. */
  readonly agreement: readonly (readonly number[])[];
}

/** What is compared: methods, and what they explain. */
export const comparison = z.strictObject({
  model,
  input,
  methods: z.array(z.string().max(most.name)).min(1).max(most.methods),
  options: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .default({})
    .describe('Options of each method, by its name'),
  target,
  position,
  features: z.enum(['tokens', 'words', 'sentences', 'paragraphs']).default('tokens'),
  verdict: z.enum(['off', 'quick', 'full']).default('quick'),
  seed,
});

export const compare = define({
  name: 'compare',
  summary: 'Explains a prediction by one or more methods, and tests each explanation against the model.',
  request: comparison,
  result: z.object({
    attributions: z.array(
      z.looseObject({ ...explanation, kind: z.literal('attribution'), target: targetRecord }),
    ),
    agreement: z.array(z.array(z.number())),
  }),
  answer: (host, { model: name, input, target, position, ...options }, watch): Promise<CompareResult> =>
    host.use(
      name,
      async (model) =>
        compareMethods(model, await readInput(model, input, watch.signal), {
          ...{ ...options, target: targetOf({ target, position }) },
          ...watch,
        }),
      watch.signal,
    ),
});
