import { z } from 'zod';
import { PellucidError } from '../../errors.js';
import type { Attention } from '../../explanations/index.js';
import { patternsOf } from '../../model/index.js';
import { attendedInput, stack } from '../attended-input.js';
import { explanation, index, model } from '../fields.js';
import { input } from '../input.js';
import { joinTokens } from '../joined-attention.js';
import { define } from './operation.js';

/** Numbers in one answer at most: 64 MiB of attention. */
const mostNumbers = 16 * 1024 * 1024;

export const attention = define({
  name: 'attention',
  summary: 'Attention weights after the softmax, of all layers and heads or of the heads of one layer.',
  request: z.strictObject({
    model,
    input,
    layer: index.optional().describe('One layer; all by default'),
    stack,
    join: z
      .enum(['tokens', 'words', 'sentences'])
      .default('tokens')
      .describe(
        'What tokens are joined into: weights of sources are added up, of destinations the mean is taken',
      ),
  }),
  result: z.looseObject({ ...explanation, kind: z.literal('attention') }),
  answer: (host, { model: name, input, layer, stack, join }, { signal }): Promise<Attention> =>
    host.use(
      name,
      async (model) => {
        const patterns = patternsOf(model.dimensions, stack);
        const read = await attendedInput(model, input, stack, signal);
        // Tokens are counted before their attention is computed, for nobody could draw too much of it.
        using counted = await model.run(read, { capture: patterns.hook(0), answers: 'none', signal });
        const { values } = counted.attention({ layer: 0, ...(stack ? { stack } : {}) });
        requireRoom((layer === undefined ? patterns.layers : 1) * values.data.length);
        using run = await model.run(read, {
          ...{ capture: patterns.hook(layer ?? '*'), answers: 'none', signal },
        });
        const found = run.attention({
          ...(layer === undefined ? {} : { layer }),
          ...(stack ? { stack } : {}),
        });
        return join === 'tokens' ? found : joinTokens(found, join);
      },
      signal,
    ),
});

function requireRoom(numbers: number): void {
  if (numbers <= mostNumbers) return;
  throw new PellucidError(
    'bad-input',
    `This attention has ${numbers} numbers, more than ${mostNumbers}: ask for one layer, or shorten the text.`,
  );
}
