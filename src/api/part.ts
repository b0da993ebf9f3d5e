import { z } from 'zod';
import { stacks } from '../model/index.js';
import { index } from './fields.js';

const stack = z
  .enum(stacks)
  .optional()
  .describe('Of an encoder-decoder: which one it belongs to; cross attention, or the decoder, by default');

const frozen = z
  .strictObject({ stack, layer: index.optional(), head: index.optional() })
  .refine(({ layer, head }) => head === undefined || layer !== undefined, 'a head needs its layer')
  .describe(
    'The attention that meanwhile stays as it is with the token: of a head, of a layer, or all of it',
  );

export const part = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('head'), stack, layer: index, head: index }),
    z
      .strictObject({
        ...{ kind: z.literal('edge'), stack, layer: index, head: index },
        ...{ destination: index, source: index },
      })
      .describe('What one head takes from a source to a destination'),
    z.strictObject({ kind: z.literal('attention'), stack, layer: index }),
    z.strictObject({ kind: z.literal('mlp'), stack, layer: index }),
    z.strictObject({ kind: z.literal('layer'), stack, layer: index }).describe('Its attention and its MLP'),
    z
      .strictObject({ kind: z.literal('token'), position: index, frozen: frozen.optional() })
      .describe('Of an encoder-decoder positions count the encoder’s tokens and then the decoder’s'),
  ])
  .describe('What is taken away');

/** A part of a model or of its input that can be taken away. */
export type Part = z.output<typeof part>;

/** What can be done to a part; `even` lets each token look at all that it may see alike, whatever the text says. */
export const partEdits = ['zero', 'mean', 'even'] as const;
export type PartEdit = (typeof partEdits)[number];
