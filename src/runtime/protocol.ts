import type { Tensor } from '../tensor/index.js';
import type { Feed, SessionOptions } from './runtime.js';

/** What the caller's thread asks of the engine thread. `key` pairs an answer with its question. */
export type Request = { readonly key: number } & (
  | { readonly kind: 'create'; readonly model: Uint8Array; readonly options: SessionOptions }
  | {
      readonly kind: 'run';
      readonly session: number;
      readonly feeds: Readonly<Record<string, Feed>>;
      /** Outputs that stay in the engine, and the numbers under which it keeps them. */
      readonly keep: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'discard'; readonly kept: readonly number[] }
  | { readonly kind: 'release'; readonly session: number }
);

/** Asks an engine thread to free everything and end; there is no answer but its exit. */
export interface CloseRequest {
  readonly kind: 'close';
}

/** The number of a new session, the outputs of a run, or nothing. */
export type Answer = number | Map<string, Tensor> | null;

/** What the engine thread answers. */
export type Response =
  | { readonly key: number; readonly result: Answer }
  | { readonly key: number; readonly error: string };
