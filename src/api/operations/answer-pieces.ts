import { z } from 'zod';
import { PellucidError } from '../../errors.js';
import type { Model } from '../../model/index.js';
import { model, most } from '../fields.js';
import { define } from './operation.js';

/** Which answer of a model a text is. */
export interface AnswerPieces {
  /** Its id; null where it is no single answer. */
  readonly id: number | null;
  /** How the model spells it; null where there is no such answer. */
  readonly text: string | null;
  /** The tokens that it has, where it is several. */
  readonly pieces: readonly { readonly id: number; readonly text: string }[];
}

export const answerPieces = define({
  name: 'answer-pieces',
  summary:
    'Which answer of the model a text, or an id such as #17, is: one token or label, or the pieces of which it is made.',
  request: z.strictObject({ model, text: z.string().min(1).max(most.name) }),
  result: z.object({
    id: z.int().nullable(),
    text: z.string().nullable(),
    pieces: z.array(z.object({ id: z.int(), text: z.string() })),
  }),
  answer: (host, { model: name, text }, { signal }): Promise<AnswerPieces> =>
    host.use(name, async (model) => piecesOf(model, text), signal),
});

/** @throws PellucidError `not-found` for what no answer of the model has in it. */
function piecesOf(model: Model, text: string): AnswerPieces {
  try {
    const id = model.answerId(text);
    return { id, text: isLabelled(model) ? model.labels[id]! : model.tokenizer.readable(id), pieces: [] };
  } catch (error) {
    if (!(error instanceof PellucidError) || error.code !== 'bad-input') throw error;
    const pieces = model.tokenizer.encode(text, { addSpecialTokens: false });
    return { id: null, text: null, pieces: pieces.map((token) => ({ id: token.id, text: token.text })) };
  }
}

/** Whether a model answers with labels; configs of others may name some too. */
function isLabelled({ task }: Model): boolean {
  return task.endsWith('classification') || task === 'replaced-token-detection';
}
