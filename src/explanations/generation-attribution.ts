import type { Feature } from '../features/index.js';
import type { Tensor } from '../tensor/index.js';
import type { Baseline } from './attribution.js';
import type { DeclaredError, Explanation, TargetRecord } from './explanation.js';

/** One generated token, and what is known of its scores. */
export interface GeneratedRow {
  /** Its position among `tokens`. */
  readonly position: number;
  /** What is explained at its step, with the value that it had there; null for a token that is not explained. */
  readonly target: TargetRecord | null;
  /** How many features, the first ones, stand before it: the scores of the others are 0 and mean nothing. */
  readonly present: number;
  readonly baseline: Baseline | null;
  readonly errors: readonly DeclaredError[];
}

/** The scores of everything before it for each generated token: a matrix of which the lower triangle is filled. */
export interface GenerationAttribution extends Explanation {
  readonly kind: 'generation-attribution' | 'context-reliance';
  /** How many of the tokens are the prompt's. `subject.text` is the whole text, what was generated included. */
  readonly promptLength: number;
  /** Of an encoder-decoder: how many of the tokens, the first ones, its encoder read; `subject.targetText` is all that its decoder read and wrote. */
  readonly encoderLength?: number;
  readonly generated: readonly GeneratedRow[];
  /** Of the whole text, in its order. */
  readonly features: readonly Feature[];
  /** Axes `generated`, `feature`. */
  readonly values: Tensor<'F32'> & { readonly axes: readonly string[] };
  /** The same of the standard errors; null where nothing was sampled. */
  readonly standardError: Tensor<'F32'> | null;
  readonly aggregation: string;
  readonly signed: boolean;
}

/** How one generated token depends on the context. */
export interface ContextSensitivity {
  /** KL(P with the context ‖ P without) at its step, in nats. */
  readonly divergence: number;
  /** −log₂(P without / P with) of the token itself: above 0 where the context makes it more probable. */
  readonly crossInformation: number;
  /** Whether it counts as sensitive, so that its row of `values` is computed. */
  readonly sensitive: boolean;
}

/** Which generated tokens depend on a context, and on which part of it. */
export interface ContextReliance extends GenerationAttribution {
  readonly kind: 'context-reliance';
  /** One for each generated token. */
  readonly sensitivity: readonly ContextSensitivity[];
  /** The divergence above which a token is sensitive. */
  readonly threshold: number;
}
