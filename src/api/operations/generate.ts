import { z } from 'zod';
import { model } from '../fields.js';
import { input, readInput } from '../input.js';
import { define } from './operation.js';

/** What a model writes behind an input. */
export interface GenerateResult {
  readonly tokens: readonly { readonly id: number; readonly text: string; readonly special: boolean }[];
  /** Whether it ended by itself. */
  readonly ended: boolean;
}

export const generate = define({
  name: 'generate',
  summary: 'Lets the model go on with an input, with the most probable token each time.',
  request: z.strictObject({
    model,
    input,
    maxNewTokens: z.int().min(1).max(200).default(20).describe('How many tokens it writes at most'),
  }),
  result: z.object({
    tokens: z.array(z.object({ id: z.int(), text: z.string(), special: z.boolean() })),
    ended: z.boolean(),
  }),
  answer: (host, { model: name, input, maxNewTokens }, { signal, onProgress }): Promise<GenerateResult> =>
    host.use(
      name,
      async (model) => {
        const given = await readInput(model, input, signal);
        let done = 0;
        const { tokens, promptLength, finishReason } = await model.generate(given, {
          maxNewTokens,
          ...(signal ? { signal } : {}),
          onToken: () => onProgress?.({ done: ++done, total: maxNewTokens, part: 'tokens' }),
        });
        const written = tokens.slice(promptLength);
        return {
          tokens: written.map(({ id, text, special }) => ({ id, text, special })),
          ended: finishReason === 'eos',
        };
      },
      signal,
    ),
});
