import type { AnswerPositions } from './answer-positions.js';
import type { PaddingSide } from './batch.js';
import type { Capture } from './capture.js';
import type { GivenValues } from './given-values.js';
import type { GradientRequest } from './gradient.js';
import type { Intervention } from './interventions.js';
import type { MemoryOption, Progress } from './memory.js';

/** What a run keeps, and how it reads its input. */
export interface RunOptions {
  /**
   * Hook points whose values are kept: names or globs (`blocks.*.attn.hook_pattern`). By default the attention
   * patterns of all layers. Only what is asked for is computed, so a short list makes a fast run. A {@link Capture} asks
   * for some layers, heads or positions only.
   */
  readonly capture?: string | Capture | readonly (string | Capture)[];
  /**
   * Positions at which the vocabulary is predicted: by default the last one of a causal model, the mask tokens of a
   * masked one (all of them where there is no mask). `none` skips the head.
   */
  readonly answers?: AnswerPositions;
  /** Cut a text that is longer than the context instead of refusing it. */
  readonly truncate?: boolean;
  /** On which side the shorter texts of a batch are filled up; the results are the same. */
  readonly padding?: PaddingSide;
  /**
   * A target and the hook points with respect to which it is differentiated, in the same pass: see `run.gradient`. With
   * `capture: []` nothing else is kept.
   */
  readonly gradient?: GradientRequest;
  /**
   * Values of hook points that are used in place of what the model computes there, in the shape that `run.activation`
   * has; of a batch, with the batch axis first. What led to them is not computed.
   */
  readonly given?: GivenValues;
  readonly signal?: AbortSignal | undefined;
  /** Changes inside the model, in order; the values that are captured are those after them. */
  readonly interventions?: readonly Intervention[];
  /** How much memory the run may take; what the model was loaded with by default. */
  readonly memory?: MemoryOption;
  /** Is told how far the run has come; it has several parts only where it goes block by block. */
  readonly onProgress?: (progress: Progress) => void;
}

/** What a run would take; nothing is computed for it. */
export interface Estimate {
  /** Whether the model runs as a whole or block by block. */
  readonly mode: 'whole' | 'segmented';
  /** The most bytes held at one time, mapped weights included: an upper bound. */
  readonly peakBytes: number;
  /** Bytes of the values that the run returns. */
  readonly resultBytes: number;
  /** Floating point operations of the matrix products. */
  readonly operations: number;
}

/** How the texts of a comparison are read. */
export type SimilarityOptions = Pick<RunOptions, 'truncate' | 'signal' | 'memory'>;
