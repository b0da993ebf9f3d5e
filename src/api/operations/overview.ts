import { z } from 'zod';
import type { Overview } from '../../explanations/index.js';
import { findings, overview as lookOver } from '../../overview.js';
import { model, position, seed, target, targetRecord } from '../fields.js';
import { input, readInput } from '../input.js';
import { targetOf } from '../target.js';
import { define } from './operation.js';

const finding = z.looseObject({ verdict: z.looseObject({ conclusion: z.string() }) }).nullable();

export const overview = define({
  name: 'overview',
  summary:
    'What stands out in how a model answers: the words, the head and the MLP that the answer rests on most.',
  request: z.strictObject({
    model,
    input,
    target: target.unwrap().optional().describe('By default a score of the best answer'),
    position,
    findings: z
      .array(z.enum(findings))
      .max(findings.length)
      .optional()
      .describe('Which are looked for; all by default'),
    seed,
  }),
  result: z.looseObject({
    target: targetRecord.nullable(),
    attribution: finding,
    head: finding,
    mlp: finding,
    notes: z.array(z.string()),
    cost: z.int(),
  }),
  answer: (host, { model: name, input, target, position, ...options }, watch): Promise<Overview> =>
    host.use(
      name,
      async (model) =>
        lookOver(model, await readInput(model, input, watch.signal), {
          ...options,
          ...watch,
          target: target === undefined ? undefined : targetOf({ target, position }),
        }),
      watch.signal,
    ),
});
