import type { Tensor } from '../tensor/index.js';
import type { DeclaredError, Explanation, TargetRecord } from './explanation.js';

/** What a component of a sum may be. `constant` is what the head answers to an empty stream; `remainder` what is left over. */
export const contributionParts = [
  ...(['embedding', 'position', 'layer', 'attention', 'head', 'attention-bias', 'mlp', 'neuron'] as const),
  ...(['neurons', 'mlp-rest', 'constant', 'soft-cap', 'remainder'] as const),
] as const;

/** Something that writes to the residual stream. */
export interface Component {
  /** For people: `layer 3, head 5`. */
  readonly label: string;
  readonly part: (typeof contributionParts)[number];
  /** Counted from 0; null where it belongs to no layer. */
  readonly layer: number | null;
  /** The number of a head or neuron. */
  readonly index: number | null;
}

/** A score of the model as the sum of what its components write to the residual stream. */
export interface Contributions extends Explanation {
  readonly kind: 'contributions';
  readonly method: 'direct-logit-attribution';
  readonly target: TargetRecord;
  /** The axis `component`, in the order of the computation. */
  readonly components: readonly Component[];
  /** Axis `component`; they add up to the target's value. */
  readonly values: Tensor<'F32'> & { readonly axes: readonly string[] };
  /** How far the sum is from the target, as far as rounding explains it. */
  readonly errors: readonly DeclaredError[];
}
