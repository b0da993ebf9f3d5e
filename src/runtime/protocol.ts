import type { Tensor } from '../tensor/index.js';
import type { Feed, FiniteRule, SessionOptions } from './runtime.js';

/** What the caller's thread asks of the engine thread. `key` pairs an answer with its question. */
export type Request = { readonly key: number } & (
  | { readonly kind: 'create'; readonly model: Uint8Array; readonly options: SessionOptions }
  | {
      readonly kind: 'run';
      readonly session: number;
      readonly feeds: Readonly<Record<string, Feed>>;
      /** Outputs that stay in the engine, and the numbers under which it keeps them. */
      readonly keep: ReadonlyMap<string, number>;
      /** Outputs in which NaN and infinities are looked for. */
      readonly check: ReadonlyMap<string, FiniteRule>;
    }
  | { readonly kind: 'discard'; readonly kept: readonly number[] }
  | { readonly kind: 'release'; readonly session: number }
);

/** Asks an engine thread to free everything and end; there is no answer but its exit. */
export interface CloseRequest {
  readonly kind: 'close';
}

/** What a run gave: the outputs that do not stay in the engine, and which of those to be checked are not finite. */
export interface RunAnswer {
  readonly outputs: Map<string, Tensor>;
  readonly nonFinite: ReadonlySet<string>;
}

/** The number of a new session, what a run gave, or nothing. */
export type Answer = number | RunAnswer | null;

/** What the engine thread answers. */
export type Response =
  | { readonly key: number; readonly result: Answer }
  | { readonly key: number; readonly error: string };
