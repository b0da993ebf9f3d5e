import type { Tensor, Token } from '../tensor/index.js';
import type { Precision } from './precision.js';

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
  /** What the decoder of an encoder-decoder was given as text; null when token ids were given, or the start token alone. */
  readonly targetText?: string | null;
  /** Where the model computed with rounded weights: what that does to its numbers. */
  readonly precision?: Precision;
}

/** The scalar that is explained, as it was in this run. */
export interface TargetRecord {
  /** Kind of target, e.g. `logit`. */
  readonly name: string;
  /** Tokens or labels that it speaks of. */
  readonly answers: readonly { readonly id: number; readonly text: string }[];
  /** The position at which it is read, of an encoder-decoder among its decoder's tokens; null where the model answers for the whole text. */
  readonly position: number | null;
  /** Where it is a sum over several positions, all of them; the answers belong to them in this order. */
  readonly places?: readonly number[];
  readonly value: number;
}

/** An error that a method knows of its own result. */
export interface DeclaredError {
  /** E.g. `convergence delta`. */
  readonly name: string;
  readonly value: number;
  /** As a share of what the scores should add up to; null where there is no such measure. */
  readonly share: number | null;
  /** Whether it is so large that the scores should not be relied on. */
  readonly large: boolean;
}

/** What every explanation carries, whatever its method. */
export interface Explanation {
  readonly schemaVersion: typeof schemaVersion;
  /** What shape of result it is; figures and panels are chosen by it. */
  readonly kind: string;
  /** Name of the method that made it, e.g. `attention`. */
  readonly method: string;
  /** The options the method ran with. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly subject: Subject;
  /** The labels of the position axes. */
  readonly tokens: readonly Token[];
  /** The labels of the axis `destination` where it runs over other tokens: those of a decoder that looks at an encoder's. */
  readonly destinationTokens?: readonly Token[];
  /** The numbers, with one name for each axis. */
  readonly values: Tensor<'F32'> & { readonly axes: readonly string[] };
}
