import { z } from 'zod';
import { PellucidError } from '../errors.js';
import { elementCount, tensor } from '../tensor/index.js';
import type { Attention } from './attention.js';
import type { Attribution } from './attribution.js';
import { type Contributions, contributionParts } from './contributions.js';
import { type Explanation, schemaVersion } from './explanation.js';
import type { ContextReliance, GenerationAttribution } from './generation-attribution.js';
import type { HeadScores } from './head-scores.js';
import type { Lens } from './lens.js';
import type { QueryKey } from './query-key.js';
import { verdictSchema } from './verdict-schema.js';

/** Bounds on what is read from a file, so that nobody's file can fill the memory. */
const most = { text: 4_000_000, tokens: 100_000, numbers: 50_000_000, list: 10_000 };

const text = z.string().max(most.text);
const short = z.string().max(10_000);
const count = z.int().nonnegative();
const segment = z.union([z.literal(0), z.literal(1)]);
const stack = z.enum(['encoder', 'decoder']);
const span = z.tuple([count, count]);

const float32Tensor = z
  .object({
    dtype: z.literal('F32'),
    shape: z.array(count.max(most.numbers)).max(8),
    axes: z.array(short).max(8),
    data: z.array(z.number()).max(most.numbers),
  })
  .refine(({ shape, axes }) => shape.length === axes.length, 'a name for each axis')
  .refine(({ shape, data }) => elementCount(shape) === data.length, 'as many numbers as the shape says');

const token = z.object({
  id: count,
  piece: short,
  text: short,
  offsets: span.nullable(),
  segment,
  special: z.boolean(),
});

const subject = z.object({
  model: short.describe('Model id or folder as the user gave it'),
  architecture: short,
  contentHash: short.describe('Identity of the weights'),
  text: text.nullable(),
  pair: text.nullable(),
  targetText: text.nullable().optional(),
  precision: z
    .object({
      weights: z.literal('int8'),
      relativeError: z.number().nonnegative(),
      largestError: z.number().nonnegative(),
      rows: count,
      sameAnswers: count.nullable(),
    })
    .optional()
    .describe('Of rounded weights: how far off they put the numbers'),
});

const target = z.object({
  name: short,
  answers: z.array(z.object({ id: count, text: short })).max(most.list),
  position: count.nullable(),
  places: z.array(count).max(most.list).optional(),
  value: z.number(),
});

const verdict = verdictSchema({ text: short, points: most.tokens });

const errors = z
  .array(z.object({ name: short, value: z.number(), share: z.number().nullable(), large: z.boolean() }))
  .max(100);

const common = {
  schemaVersion: z.literal(schemaVersion),
  method: short,
  options: z.record(short, z.unknown()),
  subject,
  tokens: z.array(token).max(most.tokens),
  destinationTokens: z.array(token).max(most.tokens).optional(),
  values: float32Tensor,
};

const attention = z.object({ ...common, kind: z.literal('attention'), method: z.literal('attention') });

const baseline = z.object({ removal: short, description: short, value: z.number().nullable() }).nullable();

const features = z
  .array(
    z.object({
      ...{ label: text, positions: z.array(count).max(most.tokens), span: span.nullable(), segment },
      stack: stack.optional(),
    }),
  )
  .max(most.tokens);

const attribution = z.object({
  ...common,
  kind: z.literal('attribution'),
  question: z.object({
    features: z.union([
      z.enum(['tokens', 'words', 'sentences', 'paragraphs']),
      z.object({ pattern: short, flags: short }),
      z
        .array(z.object({ start: count, end: count, label: text.optional(), segment: segment.optional() }))
        .max(most.list),
    ]),
    special: z.boolean(),
    stack: stack.optional(),
    removal: short,
    seed: count,
  }),
  encoderLength: count.max(most.tokens).optional(),
  target,
  features,
  aggregation: short,
  signed: z.boolean(),
  baseline,
  standardError: float32Tensor.nullable(),
  errors,
  map: float32Tensor.nullable(),
  note: short.nullable(),
  verdict: verdict.nullable(),
});

const generation = {
  ...common,
  promptLength: count,
  encoderLength: count.max(most.tokens).optional(),
  generated: z
    .array(z.object({ position: count, target: target.nullable(), present: count, baseline, errors }))
    .max(most.tokens),
  features,
  standardError: float32Tensor.nullable(),
  aggregation: short,
  signed: z.boolean(),
};

/** Whether there is a row for each generated token, at its place, and a column for each feature. */
function isMatrix({
  values,
  generated,
  features,
  tokens,
}: {
  readonly values: { readonly shape: readonly number[] };
  readonly generated: readonly { readonly position: number; readonly present: number }[];
  readonly features: readonly unknown[];
  readonly tokens: readonly unknown[];
}): boolean {
  const fits = generated.every(
    ({ position, present }) => position < tokens.length && present <= features.length,
  );
  return fits && String(values.shape) === `${generated.length},${features.length}`;
}

const generationAttribution = z
  .object({ ...generation, kind: z.literal('generation-attribution') })
  .refine(isMatrix, 'a row for each generated token and a column for each feature');

const contextReliance = z
  .object({
    ...generation,
    kind: z.literal('context-reliance'),
    sensitivity: z
      .array(z.object({ divergence: z.number(), crossInformation: z.number(), sensitive: z.boolean() }))
      .max(most.tokens),
    threshold: z.number(),
  })
  .refine(isMatrix, 'a row for each generated token and a column for each feature')
  .refine(
    ({ sensitivity, generated }) => sensitivity.length === generated.length,
    'a sensitivity for each generated token',
  );

const row = z.object({ label: short, hook: short, layer: count.nullable() });

const lens = z
  .object({
    ...common,
    kind: z.literal('lens'),
    method: z.enum(['logit-lens', 'tuned-lens']),
    rows: z.array(row).max(most.list),
    ids: z.array(count).max(most.numbers),
    words: z.record(short, short),
    entropy: float32Tensor,
    divergence: float32Tensor,
    pinned: z.array(z.object({ id: count, text: short })).max(most.list),
    ranks: float32Tensor,
    probabilities: float32Tensor,
    position: count,
  })
  .refine(({ ids, values }) => ids.length === values.data.length, 'an id for each of the values')
  .refine(({ rows, tokens, values, entropy, divergence, ranks, pinned, probabilities }) => {
    const places = `${rows.length},${tokens.length}`;
    const followed = `${pinned.length},${places}`;
    return (
      values.shape.length === 3 &&
      String(values.shape.slice(0, 2)) === places &&
      [entropy, divergence].every(({ shape }) => String(shape) === places) &&
      [ranks, probabilities].every(({ shape }) => String(shape) === followed)
    );
  }, 'a row for each layer and a column for each token');

const contributions = z
  .object({
    ...common,
    kind: z.literal('contributions'),
    method: z.literal('direct-logit-attribution'),
    target,
    components: z
      .array(
        z.object({
          label: short,
          part: z.enum(contributionParts),
          layer: count.nullable(),
          index: count.nullable(),
        }),
      )
      .max(most.tokens),
    errors,
  })
  .refine(
    ({ components, values }) => components.length === values.data.length,
    'a component for each of the values',
  );

const headScores = z
  .object({
    ...common,
    kind: z.literal('head-scores'),
    method: z.literal('head-scores'),
    measures: z.array(short).max(100),
    offsets: float32Tensor.nullable(),
  })
  .refine(
    ({ measures, values: { shape }, offsets }) =>
      shape.length === 3 &&
      shape[0] === measures.length &&
      (offsets === null || String(offsets.shape) === String(shape.slice(1))),
    'a number for each measure, layer and head',
  );

const queryKey = z
  .object({
    ...common,
    kind: z.literal('query-key'),
    method: z.literal('query-key'),
    options: z.object({
      layer: count,
      head: count,
      stack: z.enum(['encoder', 'decoder', 'cross']).optional(),
    }),
    query: float32Tensor,
    key: float32Tensor,
    scores: float32Tensor,
    bias: float32Tensor,
    allowed: float32Tensor,
    scale: z.number().nullable(),
    rotated: z.boolean(),
  })
  .refine(({ values, query, key, scores, bias, allowed, tokens, destinationTokens = tokens }) => {
    const width = query.shape[1];
    const grid = `${destinationTokens.length},${tokens.length}`;
    return (
      [values, scores, bias, allowed].every(({ shape }) => String(shape) === grid) &&
      String(query.shape) === `${destinationTokens.length},${width}` &&
      String(key.shape) === `${tokens.length},${width}`
    );
  }, 'a query for each destination and a key for each source');

/** The form of every explanation as it is stored and sent. */
export const explanationSchema = z.discriminatedUnion('kind', [
  attention,
  attribution,
  contextReliance,
  contributions,
  generationAttribution,
  headScores,
  lens,
  queryKey,
]);

/** The same as JSON Schema (draft 2020-12), for readers in other languages. */
export function explanationJsonSchema(): object {
  const title = `Pellucid explanation, version ${schemaVersion}`;
  return { title, ...z.toJSONSchema(explanationSchema, { io: 'input', reused: 'ref' }) };
}

/**
 * Reads an explanation from JSON.
 * @param name of the file, for messages
 * @throws PellucidError `bad-input` where it is no explanation, or one of another version.
 */
export function readExplanation(json: string, name: string): Explanation {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new PellucidError('bad-input', `${name} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  const version = (parsed as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version !== schemaVersion) {
    throw new PellucidError(
      'bad-input',
      `${name} is an explanation of version ${version}, and this Pellucid reads version ${schemaVersion}: use the one that wrote it.`,
    );
  }
  const read = explanationSchema.safeParse(parsed);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue!.path.length > 0 ? ` at ${issue!.path.join('.')}` : '';
    throw new PellucidError('bad-input', `${name} is no explanation of Pellucid${where}: ${issue!.message}.`);
  }
  return withTensors(read.data) as
    | Attention
    | Attribution
    | ContextReliance
    | Contributions
    | GenerationAttribution
    | HeadScores
    | Lens
    | QueryKey;
}

/** Turns the stored lists of numbers into tensors, wherever they stand. */
function withTensors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTensors);
  if (typeof value !== 'object' || value === null) return value;
  if ('dtype' in value && 'data' in value) {
    const { shape, data, axes } = value as z.output<typeof float32Tensor>;
    return tensor('F32', shape, Float32Array.from(data), axes);
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withTensors(part)]));
}
