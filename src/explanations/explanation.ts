import type { Tensor, Token } from '../tensor/index.js';

/** Version of the shape of every explanation; raised when a reader of the old shape would misread the new. */
export const schemaVersion = 1;

/** What an explanation is about: enough to make it again. */
export interface Subject {
  /** Model id or folder as the user gave it. */
  readonly model: string;
  /** `model_type` of its config. */
  readonly architecture: string;
  /** Identity of the weights: sha256 where the source knows it, else a digest of header, size and config. */
  readonly contentHash: string;
  /** The user's text; null when token ids were given. */
  readonly text: string | null;
  /** The second text of a pair. */
  readonly pair: string | null;
}

/** What every explanation carries, whatever its method. */
export interface Explanation {
  readonly schemaVersion: typeof schemaVersion;
  /** Name of the method that made it, e.g. `attention`. */
  readonly method: string;
  /** The options the method ran with. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly subject: Subject;
  /** The labels of the position axes. */
  readonly tokens: readonly Token[];
  /** The numbers, with one name for each axis. */
  readonly values: Tensor<'F32'> & { readonly axes: readonly string[] };
}
