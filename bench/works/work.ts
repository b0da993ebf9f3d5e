import type { Command } from '../contenders/contender.js';
import type { Row } from '../report/row.js';

/** Who can be asked. */
export type ContenderName = 'pellucid' | 'transformers' | 'transformerLens' | 'nnsight' | 'captum' | 'shap';

/** What a work can use. */
export interface Bench {
  /** Folders of the random checkpoints. */
  readonly checkpoints: Readonly<Record<'gpt2Small' | 'bertBase' | 'longGpt2', string>>;
  /** Who does each operation; without Python Pellucid stands alone. */
  readonly contenders: readonly [pellucid: Command, ...peers: Command[]];
  /** Every contender by its name; undefined where it is not installed. */
  readonly named: Readonly<Record<ContenderName, Command | undefined>> & { readonly pellucid: Command };
  /** Programs that end with what comes next, in the same order; they take folder and text. */
  readonly firstResults: readonly [pellucid: Command, ...peers: Command[]];
  /** Programs that end with a picture on the disk, in the same order; they take folder, text and file. */
  readonly firstPictures: readonly [pellucid: Command, ...peers: Command[]];
  /** Threads that each side computes with. */
  readonly threads: number;
  /** For pictures that are thrown away. */
  readonly scratch: string;
  /** Times the usual number of rounds: 1, or less for a quick look. */
  readonly effort: number;
  /** Tells what is going on. */
  readonly tell: (message: string) => void;
}

/** One piece of work that is measured, and gives one or several rows. */
export interface Work {
  readonly name: string;
  readonly summary: string;
  run(bench: Bench): Promise<Row[]>;
}
