import { z } from 'zod';
import { PellucidError } from '../../errors.js';
import type { Attention } from '../../explanations/index.js';
import type { Model, ModelInput } from '../../model/index.js';
import { explanation, index, model } from '../fields.js';
import { input, readInput } from '../input.js';
import { define } from './operation.js';

/** Numbers in one answer at most: 64 MiB of attention. */
const mostNumbers = 16 * 1024 * 1024;

export const attention = define({
  name: 'attention',
  summary: 'Attention weights after the softmax, of all layers and heads or of the heads of one layer.',
  request: z.strictObject({ model, input, layer: index.optional().describe('One layer; all by default') }),
  result: z.looseObject({ ...explanation, kind: z.literal('attention') }),
  answer: (host, { model: name, input, layer }, { signal }): Promise<Attention> =>
    host.use(
      name,
      async (model) => {
        const given = await readInput(model, input, signal);
        requireRoom(model, given, layer);
        const capture = layer === undefined ? {} : { capture: `blocks.${layer}.attn.hook_pattern` };
        using read = await model.run(given, {
          ...(model.dimensions.decoder ? {} : capture),
          answers: 'none',
          signal,
        });
        return read.attention(layer === undefined ? {} : { layer });
      },
      signal,
    ),
});

/** Refuses attention that nobody could draw, before it is computed. */
function requireRoom(model: Model, input: Exclude<ModelInput, string>, layer?: number) {
  const { layers, heads } = model.dimensions;
  const count = lengthOf(model, input);
  const numbers = (layer === undefined ? layers : 1) * heads * count ** 2;
  if (numbers <= mostNumbers) return;
  throw new PellucidError(
    'bad-input',
    `The attention of ${count} tokens has ${numbers} numbers, more than ${mostNumbers}: ask for one layer, or shorten the text.`,
  );
}

function lengthOf({ tokenizer }: Model, input: Exclude<ModelInput, string>): number {
  if ('tokens' in input) return input.tokens.length;
  if ('tokenIds' in input) return input.tokenIds.length;
  if ('messages' in input) return tokenizer.chat(input.messages, { addGenerationPrompt: true }).tokens.length;
  const { text, pair } = input;
  return tokenizer.encode(text, pair === undefined ? {} : { pair }).length;
}
