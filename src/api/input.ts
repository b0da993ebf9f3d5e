import { z } from 'zod';
import { generatedBehind } from '../generated-text.js';
import type { Model, ModelInput } from '../model/index.js';
import { index, most } from './fields.js';

const text = z.string().min(1).max(most.characters);

export const input = z
  .strictObject({
    text: text.optional(),
    pair: text.optional().describe('Second text of a pair'),
    chat: z
      .array(z.strictObject({ role: z.string().min(1).max(100), content: z.string().max(most.characters) }))
      .min(1)
      .max(most.turns)
      .optional()
      .describe(
        'Turns of a conversation in place of a text; the chat template of the model makes a text of them',
      ),
    targetText: z
      .string()
      .max(most.characters)
      .optional()
      .describe('What the decoder of an encoder-decoder has written so far'),
    written: z
      .array(index)
      .max(most.written)
      .optional()
      .describe('Ids of tokens that the model wrote behind all this, and that it reads too'),
  })
  .refine(({ text, chat }) => (text === undefined) !== (chat === undefined), 'give a text or a chat')
  .refine(({ pair, chat }) => pair === undefined || chat === undefined, 'a chat has no pair')
  .describe('What the model reads');

/** What the model reads, as it is asked for. */
export type Input = z.input<typeof input>;

/**
 * The input as the model takes it; what was written behind it has its place in the text.
 * @throws PellucidError `bad-input`, `unsupported` for a model without a chat template.
 */
export async function readInput(
  model: Model,
  { text, pair, chat, targetText, written = [] }: Input,
  signal?: AbortSignal,
): Promise<Exclude<ModelInput, string>> {
  const target = targetText === undefined ? {} : { targetText };
  const given: Exclude<ModelInput, string> =
    chat === undefined
      ? { text: text!, ...(pair === undefined ? {} : { pair }), ...target }
      : { messages: chat, ...target };
  return written.length === 0 ? given : generatedBehind(model, given, written, signal);
}
