import type { Tensor } from '../tensor/index.js';
import type { SessionOptions } from './runtime.js';

/** What the caller's thread asks of the engine thread. `key` pairs an answer with its question. */
export type Request = { readonly key: number } & (
  | { readonly kind: 'create'; readonly model: Uint8Array; readonly options: SessionOptions }
  | { readonly kind: 'run'; readonly session: number; readonly feeds: Readonly<Record<string, Tensor>> }
  | { readonly kind: 'release'; readonly session: number }
  /** Frees everything and ends the thread; there is no answer but its exit. */
  | { readonly kind: 'close' }
);

/** What the engine thread answers. */
export type Response =
  | { readonly key: number; readonly result: number | Map<string, Tensor> | null }
  | { readonly key: number; readonly error: string };
