import type { Weight } from '../weights.js';

/** What is added to one layer: `scale · B · A`. */
export interface LowRankUpdate {
  /** [rank, from]; of an embedding [rank, rows]. */
  readonly a: Weight;
  /** [to, rank]; of an embedding [width, rank]. */
  readonly b: Weight;
  /** Bias of B, [to]. */
  readonly bias?: Weight;
  /** Lengths to which the rows of the sum are brought (DoRA), [to]. */
  readonly magnitude?: Weight;
  readonly scale: number;
  readonly embedding: boolean;
}

/** A low-rank adapter, as PEFT saves it: no weight has been read. */
export interface Adapter {
  readonly id: string;
  /** `task_type` of PEFT. */
  readonly taskType: string | undefined;
  /** By the name of the module in transformers. */
  readonly updates: ReadonlyMap<string, LowRankUpdate>;
  /** Weights that stand in the place of the base's (`modules_to_save`, `bias`), by the name that they have there. */
  readonly replacements: ReadonlyMap<string, Weight>;
}
