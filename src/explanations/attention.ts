import type { Tensor } from '../tensor/index.js';
import type { Explanation } from './explanation.js';

/**
 * Attention weights after the softmax, as the model used them.
 *
 * `values` has the axes `destination` (the query's token: each row sums to 1) and `source` (the key's token),
 * preceded by `layer` and `head` where several were asked for.
 */
export interface Attention extends Explanation {
  readonly kind: 'attention';
  readonly method: 'attention';
  readonly options: {
    /** The layer shown, counted from 0; null for all. */
    readonly layer: number | null;
    /** The head shown, counted from 0; null for all; `mean` for the average over heads. */
    readonly head: number | 'mean' | null;
    /** Of an encoder-decoder: within which stack, or `cross` for the decoder's attention to the encoder. */
    readonly stack?: 'encoder' | 'decoder' | 'cross';
  };
  readonly values: Tensor<'F32'> & { readonly axes: readonly string[] };
}
