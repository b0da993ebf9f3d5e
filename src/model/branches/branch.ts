import type { Token } from '../../tensor/index.js';

/** What may stand at a place of an input. */
export interface Piece {
  readonly token: Token;
  /** F32 [width]. */
  readonly embedding: Float32Array;
  /** Whether no other token may look at it. */
  readonly hidden: boolean;
}

/** One input: its steps, as numbers of pieces, and where its target is read. */
export interface Branch {
  readonly steps: readonly number[];
  /** Positions are null where the model answers once for the whole input. */
  readonly places: readonly { readonly position: number | null; readonly answers: readonly number[] }[];
}

/** The same with all positions known. */
export interface PlacedBranch extends Branch {
  readonly places: readonly { readonly position: number; readonly answers: readonly number[] }[];
}
