import { z } from 'zod';
import { PellucidError } from '../../errors.js';
import type { Model } from '../../model/index.js';
import { model, most } from '../fields.js';
import { define } from './operation.js';

/** Which answer of a model a text is. */
export interface AnswerPieces {
  /** Its id; null where it is no single answer. */
  readonly id: number | null;
  /** The tokens that it has, where it is several. */
  readonly pieces: readonly { readonly id: number; readonly text: string }[];
}

export const answerPieces = define({
  name: 'answer-pieces',
  summary: 'Which answer of the model a text is: one token or label, or the pieces of which it is made.',
  request: z.strictObject({ model, text: z.string().min(1).max(most.name) }),
  result: z.object({
    id: z.int().nullable(),
    pieces: z.array(z.object({ id: z.int(), text: z.string() })),
  }),
  answer: (host, { model: name, text }, { signal }): Promise<AnswerPieces> =>
    host.use(name, async (model) => piecesOf(model, text), signal),
});

/** @throws PellucidError `not-found` for what no answer of the model has in it. */
function piecesOf(model: Model, text: string): AnswerPieces {
  try {
    return { id: model.answerId(text), pieces: [] };
  } catch (error) {
    if (!(error instanceof PellucidError) || error.code !== 'bad-input') throw error;
    const pieces = model.tokenizer.encode(text, { addSpecialTokens: false });
    return { id: null, pieces: pieces.map((token) => ({ id: token.id, text: token.text })) };
  }
}
