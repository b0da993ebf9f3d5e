import { z } from 'zod';
import { most } from './fields.js';

export const input = z
  .strictObject({
    text: z.string().min(1).max(most.characters),
    pair: z.string().min(1).max(most.characters).optional().describe('Second text of a pair'),
  })
  .describe('What the model reads');

/** An input without what is not given. */
export function inputOf({ text, pair }: { readonly text: string; readonly pair?: string | undefined }): {
  readonly text: string;
  readonly pair?: string;
} {
  return pair === undefined ? { text } : { text, pair };
}
