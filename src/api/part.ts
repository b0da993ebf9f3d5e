import { z } from 'zod';
import { index } from './fields.js';

export const part = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('head'), layer: index, head: index }),
    z
      .strictObject({ kind: z.literal('edge'), layer: index, head: index, destination: index, source: index })
      .describe('What one head takes from a source to a destination'),
    z.strictObject({ kind: z.literal('attention'), layer: index }),
    z.strictObject({ kind: z.literal('mlp'), layer: index }),
    z.strictObject({ kind: z.literal('token'), position: index }),
  ])
  .describe('What is taken away');

/** A part of a model or of its input that can be taken away. */
export type Part = z.output<typeof part>;
