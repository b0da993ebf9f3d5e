import type { Tensor } from '../tensor/index.js';
import type { Explanation } from './explanation.js';

/** How the weights of one head come about: its queries and keys, their products, and the softmax over them. */
export interface QueryKey extends Explanation {
  readonly kind: 'query-key';
  readonly method: 'query-key';
  readonly options: {
    readonly layer: number;
    readonly head: number;
    /** Of an encoder-decoder. */
    readonly stack?: 'encoder' | 'decoder' | 'cross';
  };
  /** The weights, axes `destination`, `source`: the softmax of `scores` + `bias` over the sources that are allowed. */
  readonly values: Tensor<'F32'> & { readonly axes: readonly string[] };
  /** Axes `destination`, `feature`; turned by their positions where the model rotates them. */
  readonly query: Tensor<'F32'>;
  /** Axes `source`, `feature`; of the group of heads that share it. */
  readonly key: Tensor<'F32'>;
  /** What q · k comes to before anything is added, axes `destination`, `source`. */
  readonly scores: Tensor<'F32'>;
  /** What is added for the distance, ALiBi or relative positions, likewise; 0 where a source is not allowed. */
  readonly bias: Tensor<'F32'>;
  /** 1 where a destination may look at a source, else 0; likewise. */
  readonly allowed: Tensor<'F32'>;
  /** The factor between q · k and `scores`; null where there is more between them, as a soft cap. */
  readonly scale: number | null;
  /** Whether queries and keys were rotated by their positions. */
  readonly rotated: boolean;
}
