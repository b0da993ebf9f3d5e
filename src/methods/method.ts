import type { z } from 'zod';
import type { Baseline, DeclaredError } from '../explanations/index.js';
import type { Coalitions, Question } from '../question/index.js';
import type { Tensor } from '../tensor/index.js';

/** Where a method gets its knowledge from. */
export type MethodFamily = 'attention' | 'gradient' | 'perturbation' | 'residual-stream';

/** What a method finds out about the features of a question. */
export interface Attributed {
  /** One score for each feature. */
  readonly scores: ArrayLike<number>;
  /** Standard error of each; left out where nothing is sampled. */
  readonly standardError?: ArrayLike<number> | undefined;
  readonly errors?: readonly DeclaredError[];
  /** How the scores came about, for people, where the options do not say it all. */
  readonly note?: string;
  readonly baseline?: Baseline | null;
  /** Whether a score may be below 0, where an option decides it. */
  readonly signed?: boolean | undefined;
  /** How the numbers of a feature became one. */
  readonly aggregation: string;
  /** The map of tokens by tokens that the scores are a row of, axes [layer,] destination, source. */
  readonly map?: Tensor<'F32'> | undefined;
}

/** What decides how many passes a method takes. */
export interface QuestionSize {
  readonly features: number;
  readonly tokens: number;
  readonly layers: number;
  /** In each layer. */
  readonly heads: number;
}

/** One way to explain; one file each, named as in the literature. */
export interface MethodDefinition<Schema extends z.ZodObject = z.ZodObject> {
  /** File name and the name in results: `integrated-gradients`. */
  readonly name: string;
  readonly title: string;
  /** Shorter names that are understood too: `ig`. */
  readonly aliases: readonly string[];
  /** One line. */
  readonly summary: string;
  /** Where it is described. */
  readonly paper: string;
  readonly family: MethodFamily;
  /** Whether a score may be below 0. */
  readonly signed: boolean;
  /** Whether the scores add up to the target's value minus its value without the features, but for the declared error. */
  readonly additive: boolean;
  /** Options with their defaults and bounds. */
  readonly options: Schema;
  /** Why it cannot answer this question, naming a method that can; undefined where it can. */
  refuse?(question: Question, options: z.output<Schema>): string | undefined;
  /** How many inputs the model reads for it, at most, beside what asking the question takes; slopes count as one each. */
  passes(size: QuestionSize, options: z.output<Schema>): number;
  /** @throws PellucidError `non-finite`, `cancelled` */
  attribute(question: Question, options: z.output<Schema>, coalitions: Coalitions): Promise<Attributed>;
}

/** Keeps the type of a method's options while it is written. */
export function defineMethod<Schema extends z.ZodObject>(
  definition: MethodDefinition<Schema>,
): MethodDefinition<Schema> {
  return definition;
}
