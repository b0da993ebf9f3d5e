import { z } from 'zod';
import type { Subject } from '../../explanations/index.js';
import type { Token } from '../../tensor/index.js';
import { model, token } from '../fields.js';
import { input, inputOf } from '../input.js';
import { define } from './operation.js';

/** An answer of a model, and how sure it is. */
export interface Answer {
  readonly id: number;
  readonly text: string;
  /** What the model put out: a logit, or a score. */
  readonly score: number;
  /** null where scores are no probabilities. */
  readonly probability: number | null;
}

/** What a model makes of an input. */
export interface RunResult {
  readonly subject: Subject;
  readonly tokens: readonly Token[];
  readonly predictions: readonly {
    readonly position: number | null;
    readonly candidates: readonly Answer[];
  }[];
}

export const run = define({
  name: 'run',
  summary: 'Reads an input: its tokens, and what the model predicts.',
  request: z.strictObject({
    model,
    input,
    top: z.int().min(1).max(100).default(8).describe('How many candidates each prediction has'),
  }),
  result: z.object({
    subject: z.looseObject({ model: z.string() }),
    tokens: z.array(token),
    predictions: z.array(
      z.object({
        position: z.int().nullable(),
        candidates: z.array(
          z.looseObject({
            id: z.int(),
            text: z.string(),
            score: z.number(),
            probability: z.number().nullable(),
          }),
        ),
      }),
    ),
  }),
  answer: (host, { model: name, input, top }, { signal }): Promise<RunResult> =>
    host.use(
      name,
      async (model) => {
        const capture = model.task === 'base' ? model.hooks.slice(0, 1) : [];
        using read = await model.run(inputOf(input), { capture, signal });
        const { subject, tokens } = read;
        const predictions = read.predictions(top).map(({ position, candidates }) => ({
          position,
          candidates: candidates.map(({ id, text, score, probability }) => ({
            id,
            text,
            score,
            probability,
          })),
        }));
        return { subject, tokens, predictions };
      },
      signal,
    ),
});
