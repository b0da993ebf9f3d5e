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
  /** Frees everything and ends the thread; there is no answer but its exit. */
  | { readonly kind: 'close' }
);

/** What the engine thread answers. */
export type Response =
  | { readonly key: number; readonly result: number | Map<string, Tensor> | null }
  | { readonly key: number; readonly error: string };
