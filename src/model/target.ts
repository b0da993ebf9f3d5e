import type { GraphBuilder, Value } from '../graph/index.js';

/** How the logits of a model become probabilities: over all answers, for each answer alone, or not at all. */
export type AnswerScale = 'softmax' | 'sigmoid' | 'none';

/** What a target is computed from. */
export interface TargetContext {
  readonly graph: GraphBuilder;
  /**
   * F32 [place, answer]: at each place that is read a score for each token of the vocabulary or each label; of a sentence
   * encoder the embedding itself, [place, dimension].
   */
  readonly logits: Value;
  /** I64 [place, taken, 1]: the answers that the target speaks of. */
  readonly ids: Value;
  /** F32 [place, answer]: log-probabilities in another run, or its embedding; only of a target that compares. */
  readonly reference: Value | undefined;
  readonly scale: AnswerScale;
}

/**
 * What else a target reads than answers at a position: a `continuation` of the input, token by token; the `start` or
 * the `end` of an answer among the input's own tokens; or a `comparison` with the answers of another run.
 */
export type TargetReading = 'continuation' | 'start' | 'end' | 'comparison';

/** A kind of scalar that can be explained; `targets/` has one file for each. */
export interface TargetDefinition {
  readonly name: string;
  /** Shorter names that are understood too. */
  readonly aliases: readonly string[];
  /** What it is, in a line. */
  readonly summary: string;
  /** How many answers it speaks of. */
  readonly takes: 0 | 1 | 2;
  /** What the model must have: any head, probabilities, shares that sum to 1, or labels. */
  readonly needs:
    | 'logits'
    | 'probabilities'
    | 'distribution'
    | 'labels'
    | 'next-token'
    | 'spans'
    | 'embedding';
  readonly reads?: TargetReading;
  /** Writes the target: F32 [place]. Where several places are read it is summed over them. */
  build(context: TargetContext): Value;
}

/** An answer that a target speaks of: the text of a token, a label, or an id as a number or as `#17`. */
export type TargetAnswer = string | number;

/** Where a target is read: the last position, the mask token, or a position (negative ones count from the end). */
export type TargetPosition = 'last' | 'mask' | number;

/** One of several places at which a target is read. */
export interface TargetPlace {
  readonly position: number;
  readonly answers: readonly TargetAnswer[];
}

/** The scalar to be explained: a kind, what it speaks of, and where. */
export interface Target {
  readonly definition: TargetDefinition;
  /** None stands for the model's own best answer, where the target takes one. */
  readonly answers: readonly TargetAnswer[];
  /** By default where the model answers: the last token of a causal model, the mask of a masked one. */
  readonly position?: TargetPosition | undefined;
  /** Several places, in place of `answers` and `position`: the target is the sum over them. */
  readonly places?: readonly TargetPlace[] | undefined;
  /** Of a comparison: log-probabilities of all answers at each place, [place, answer] in row-major order; or an embedding. */
  readonly reference?: Float32Array | undefined;
}
