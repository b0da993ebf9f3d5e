import type { DataType } from '../tensor/index.js';

/** One weight tensor of a checkpoint: where its bytes lie, not the bytes. */
export interface Weight {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** The checkpoint's file that holds it, e.g. `model-00001-of-00002.safetensors`. */
  readonly file: string;
  /** Position of the first byte in that file (from its start, header included). */
  readonly offset: number;
  /** Length in bytes. */
  readonly length: number;
}

/** All weights of a checkpoint, by the names that stand in the file. */
export type Weights = ReadonlyMap<string, Weight>;
