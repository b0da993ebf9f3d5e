import type { Tensor } from '../tensor/index.js';
import type { Explanation } from './explanation.js';

/** A place in the model that is read as if it were its end. */
export interface LensRow {
  /** For people: `embeddings`, `layer 3`. */
  readonly label: string;
  /** The hook point whose value is read. */
  readonly hook: string;
  /** Counted from 0; null for what stands before the first. */
  readonly layer: number | null;
}

/** What the model would answer if it ended earlier: a distribution over the vocabulary for each layer and position. */
export interface Lens extends Explanation {
  readonly kind: 'lens';
  readonly method: 'logit-lens' | 'tuned-lens';
  /** The axis `layer`, from the input to the end. */
  readonly rows: readonly LensRow[];
  /** Axes `layer`, `position`, `candidate`: probabilities of the most probable tokens, the highest first. */
  readonly values: Tensor<'F32'> & { readonly axes: readonly string[] };
  /** The tokens of `values`, in the same order. */
  readonly ids: readonly number[];
  /** The text of each id, once. */
  readonly words: Readonly<Record<string, string>>;
  /** In nats; axes `layer`, `position`. */
  readonly entropy: Tensor<'F32'>;
  /** KL(the model's answer ‖ this one) in nats; axes `layer`, `position`. */
  readonly divergence: Tensor<'F32'>;
  /** Tokens that are followed through all layers. */
  readonly pinned: readonly { readonly id: number; readonly text: string }[];
  /** Their ranks, 1 for the most probable; axes `pinned`, `layer`, `position`. */
  readonly ranks: Tensor<'F32'>;
  /** Their probabilities, likewise. */
  readonly probabilities: Tensor<'F32'>;
  /** The position at which the model answers. */
  readonly position: number;
}
