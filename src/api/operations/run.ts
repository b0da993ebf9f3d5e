import { z } from 'zod';
import type { Subject } from '../../explanations/index.js';
import { answerPlace } from '../../overview.js';
import type { Token } from '../../tensor/index.js';
import { model, most, token } from '../fields.js';
import { input, readInput } from '../input.js';
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
  /** Of an encoder-decoder those of its encoder. */
  readonly tokens: readonly Token[];
  /** What the decoder of an encoder-decoder read; null of other models. */
  readonly decoderTokens: readonly Token[] | null;
  /** Where the best answer is read, if nothing else is asked; null where the model answers once, or not at all. */
  readonly answerAt: number | null;
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
    positions: z
      .array(z.int().nonnegative().max(most.index))
      .max(16)
      .optional()
      .describe('Where its tokens are asked for; by default where it answers'),
    top: z.int().min(1).max(100).default(8).describe('How many candidates each prediction has'),
  }),
  result: z.object({
    subject: z.looseObject({ model: z.string() }),
    tokens: z.array(token),
    decoderTokens: z.array(token).nullable(),
    answerAt: z.int().nullable(),
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
  answer: (host, { model: name, input, positions, top }, { signal }): Promise<RunResult> =>
    host.use(
      name,
      async (model) => {
        const capture = model.task === 'base' ? model.hooks.slice(0, 1) : [];
        const given = await readInput(model, input, signal);
        using read = await model.run(given, {
          capture,
          signal,
          ...(positions ? { answers: positions } : {}),
        });
        const { subject, tokens, decoderTokens = null } = read;
        const found = read.predictions(top);
        const place = found.length === 0 ? undefined : answerPlace(model, read, found);
        return {
          ...{ subject, tokens, decoderTokens },
          answerAt: typeof place === 'number' ? place : null,
          predictions: found.map(({ position, candidates }) => ({
            position,
            candidates: candidates.map(({ id, text, score, probability }) => ({
              ...{ id, text, score, probability },
            })),
          })),
        };
      },
      signal,
    ),
});
