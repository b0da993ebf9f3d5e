import { z } from 'zod';
import type { Attention, Attribution, Subject, TargetRecord } from '../explanations/index.js';
import type { Token } from '../tensor/index.js';
import type { Part } from './requests.js';

/** A model that can be opened without a network. */
export interface ListedModel {
  readonly name: string;
  readonly title: string;
  readonly modelType: string;
  readonly from: 'bundled' | 'cache' | 'named';
}

/** What can be asked, and about what. */
export interface About {
  readonly version: string;
  readonly models: readonly ListedModel[];
  /** The model to begin with. */
  readonly first: string;
  readonly methods: readonly {
    readonly name: string;
    readonly title: string;
    readonly summary: string;
    readonly family: string;
  }[];
}

/** A model that was opened. */
export interface OpenedModel {
  readonly name: string;
  readonly architecture: string;
  readonly task: string;
  readonly layers: number;
  readonly heads: number;
  readonly contextLength: number;
  readonly labels: readonly string[];
  /** The text of its mask token; null where it has none. */
  readonly mask: string | null;
}

/** An answer of a model, and how sure it is. */
export interface Answer {
  readonly id: number;
  readonly text: string;
  /** What the model put out: a logit, or a score. */
  readonly score: number;
  /** null where scores are no probabilities. */
  readonly probability: number | null;
}

/** What a model makes of an input. */
export interface RunResult {
  readonly subject: Subject;
  readonly tokens: readonly Token[];
  readonly predictions: readonly {
    readonly position: number | null;
    readonly candidates: readonly Answer[];
  }[];
}

export interface CompareResult {
  readonly attributions: readonly Attribution[];
  /** Kendall's τ-b of each pair of methods. */
  readonly agreement: readonly (readonly number[])[];
}

/** What taking a part away did, beside what taking others away does: the receipt of a test. */
export interface AblationResult {
  readonly subject: Subject;
  readonly part: Part;
  readonly edit: 'zero' | 'mean';
  readonly target: TargetRecord;
  /** The target without the part. */
  readonly value: number;
  /** `value` minus the target as it was. */
  readonly change: number;
  readonly controls: {
    /** The parts that were taken away, each alone, and the changes. */
    readonly parts: readonly Part[];
    readonly changes: readonly number[];
    readonly mean: number;
    readonly deviation: number;
    /** How many changed the target at least as much. */
    readonly atLeast: number;
  };
}

export type AttentionResult = Attention;

const tensor = z
  .object({
    dtype: z.literal('F32'),
    shape: z.array(z.int()),
    axes: z.array(z.string()),
    base64: z.string().describe('The numbers in row-major order: IEEE 754 binary32, little-endian, base64'),
  })
  .describe('A tensor');
const target = z.looseObject({ name: z.string(), value: z.number() });
const token = z.looseObject({ id: z.int(), text: z.string() });
const explanation = {
  schemaVersion: z.int(),
  method: z.string(),
  tokens: z.array(token),
  values: tensor,
};

/** The forms of results, for the description of the interface; explanations carry more, see docs/explanation.schema.json. */
export const resultSchemas = {
  about: z.object({
    version: z.string(),
    first: z.string(),
    models: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        modelType: z.string(),
        from: z.enum(['bundled', 'cache', 'named']),
      }),
    ),
    methods: z.array(
      z.object({ name: z.string(), title: z.string(), summary: z.string(), family: z.string() }),
    ),
  }),
  open: z.object({
    name: z.string(),
    architecture: z.string(),
    task: z.string(),
    layers: z.int(),
    heads: z.int(),
    contextLength: z.int(),
    labels: z.array(z.string()),
    mask: z.string().nullable(),
  }),
  run: z.object({
    subject: z.looseObject({ model: z.string() }),
    tokens: z.array(token),
    predictions: z.array(
      z.object({
        position: z.int().nullable(),
        candidates: z.array(
          z.looseObject({
            id: z.int(),
            text: z.string(),
            score: z.number(),
            probability: z.number().nullable(),
          }),
        ),
      }),
    ),
  }),
  attention: z.looseObject({ ...explanation, kind: z.literal('attention') }),
  compare: z.object({
    attributions: z.array(z.looseObject({ ...explanation, kind: z.literal('attribution'), target })),
    agreement: z.array(z.array(z.number())),
  }),
  ablate: z.object({
    part: z.looseObject({ kind: z.string() }),
    edit: z.enum(['zero', 'mean']),
    target,
    value: z.number(),
    change: z.number(),
    controls: z.object({
      parts: z.array(z.looseObject({ kind: z.string() })),
      changes: z.array(z.number()),
      mean: z.number(),
      deviation: z.number(),
      atLeast: z.int(),
    }),
  }),
};
