import type { Failure, ListedModel, OperationName } from '../api/index.js';
import type { ClientProgress } from './client.js';

/** What a page says to the worker that holds the models; the answers carry the same key. */
export type ToWorker =
  | { readonly kind: 'ask'; readonly key: number; readonly name: OperationName; readonly request: unknown }
  | {
      readonly kind: 'files';
      readonly key: number;
      readonly name: string;
      readonly files: ReadonlyMap<string, Blob>;
    }
  | { readonly kind: 'cancel'; readonly key: number };

/** What it says back: progress any number of times, then one of the others. */
export type FromWorker =
  | { readonly key: number; readonly progress: ClientProgress }
  | { readonly key: number; readonly result: unknown }
  | { readonly key: number; readonly failure: Failure };

/** Makes one more model of files that a page was given. */
export type TakeFiles = (name: string, files: ReadonlyMap<string, Blob>) => Promise<ListedModel>;
