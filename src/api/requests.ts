import { z } from 'zod';

/** Bounds on what is asked, so that nobody's request can fill the memory or the day. */
const most = { characters: 20_000, name: 1000, methods: 8, index: 1_000_000 };

const index = z.int().nonnegative().max(most.index);
const model = z.string().min(1).max(most.name).describe('A model that was opened before, as it was named');
const input = z
  .strictObject({
    text: z.string().min(1).max(most.characters),
    pair: z.string().min(1).max(most.characters).optional().describe('Second text of a pair'),
  })
  .describe('What the model reads');
const target = z
  .string()
  .max(most.name)
  .default('logit')
  .describe(
    'The scalar of the answer, as the command line writes it: "logit", "logit: Paris", "contrast: Paris, London"',
  );
const seed = z.int().nonnegative().max(0xffff_ffff).default(0).describe('Decides every random choice');
const edit = z
  .enum(['zero', 'mean'])
  .default('zero')
  .describe('Set to zero, or to the mean over the positions');

export const aboutRequest = z.strictObject({});

export const openRequest = z.strictObject({ model: model.describe('A name that `about` lists') });

export const runRequest = z.strictObject({
  model,
  input,
  top: z.int().min(1).max(100).default(8).describe('How many candidates each prediction has'),
});

export const attentionRequest = z.strictObject({
  model,
  input,
  layer: index.optional().describe('One layer; all by default'),
});

export const compareRequest = z.strictObject({
  model,
  input,
  methods: z.array(z.string().max(most.name)).min(1).max(most.methods),
  options: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .default({})
    .describe('Options of each method, by its name'),
  target,
  features: z.enum(['tokens', 'words', 'sentences', 'paragraphs']).default('tokens'),
  verdict: z.enum(['off', 'quick', 'full']).default('quick'),
  seed,
});

export const partSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('head'), layer: index, head: index }),
    z.strictObject({ kind: z.literal('attention'), layer: index }),
    z.strictObject({ kind: z.literal('mlp'), layer: index }),
    z.strictObject({ kind: z.literal('token'), position: index }),
  ])
  .describe('What is taken away');

export const ablateRequest = z.strictObject({
  model,
  input,
  target,
  part: partSchema,
  edit,
  controls: z
    .int()
    .min(0)
    .max(100)
    .default(20)
    .describe('Most parts of the same kind that are taken away for comparison'),
  seed,
});

export type RunRequest = z.input<typeof runRequest>;
export type AttentionRequest = z.input<typeof attentionRequest>;
export type CompareRequest = z.input<typeof compareRequest>;
export type AblateRequest = z.input<typeof ablateRequest>;
/** A part of a model or of its input that can be taken away. */
export type Part = z.output<typeof partSchema>;
