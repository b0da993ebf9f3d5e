import { z } from 'zod';

/** Bounds on what is asked, so that nobody's request can fill the memory or the day. */
export const most = { characters: 20_000, name: 1000, methods: 8, turns: 64, written: 512, index: 1_000_000 };

/** A layer, head or position. */
export const index = z.int().nonnegative().max(most.index);

export const model = z
  .string()
  .min(1)
  .max(most.name)
  .describe('A model that was opened before, as it was named');

export const target = z
  .string()
  .max(most.name)
  .default('logit')
  .describe(
    'The scalar of the answer, as the command line writes it: "logit", "logit: Paris", "contrast: Paris, London"',
  );

export const position = z
  .union([z.enum(['last', 'mask']), z.int().min(-most.index).max(most.index)])
  .optional()
  .describe('Where the target is read; negative ones count from the end. By default where the model answers');

export const seed = z.int().nonnegative().max(0xffff_ffff).default(0).describe('Decides every random choice');

const tensor = z
  .object({
    dtype: z.literal('F32'),
    shape: z.array(z.int()),
    axes: z.array(z.string()),
    base64: z.string().describe('The numbers in row-major order: IEEE 754 binary32, little-endian, base64'),
  })
  .describe('A tensor');

/** Of results, in the description of the interface: explanations carry more, see docs/explanation.schema.json. */
export const targetRecord = z.looseObject({ name: z.string(), value: z.number() });
export const token = z.looseObject({ id: z.int(), text: z.string() });
export const explanation = {
  schemaVersion: z.int(),
  method: z.string(),
  tokens: z.array(token),
  values: tensor,
};
