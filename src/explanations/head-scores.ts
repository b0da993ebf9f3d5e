import type { Tensor } from '../tensor/index.js';
import type { Explanation } from './explanation.js';

/** A head, by layer and number. */
export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

/** Where each head looks, in a few numbers: what heads are ranked by. They do not say that a head matters. */
export interface HeadScores extends Explanation {
  readonly kind: 'head-scores';
  readonly method: 'head-scores';
  readonly options: {
    /** Of an encoder-decoder: whose heads. */
    readonly stack?: 'encoder' | 'decoder' | 'cross';
    /** What the heads were measured on: the input, or random tokens read twice. */
    readonly on: 'input' | 'repeated';
    /** The head that `similarity` compares with. */
    readonly like: HeadPlace | null;
    readonly seed: number;
  };
  /** The axis `measure`: those that apply, named as `headMeasures`, and `similarity`. */
  readonly measures: readonly string[];
  /** Axes `measure`, `layer`, `head`. */
  readonly values: Tensor<'F32'> & { readonly axes: readonly string[] };
  /** The distance that `positional` speaks of, source − destination; axes `layer`, `head`. null where it does not apply. */
  readonly offsets: Tensor<'F32'> | null;
}
