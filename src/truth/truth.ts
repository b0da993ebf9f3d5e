import type { Random } from '../random.js';

/** A question whose answer is known, because it is known how the model works. Words are tokens and features, counted from 0. */
export interface TruthExample {
  readonly text: string;
  /** As `parseTarget` reads it. */
  readonly target: string;
  /** The words that hold the answer: one of them should rank first. */
  readonly answers: readonly number[];
  /** The words that the answer needs: they should rank before all others. */
  readonly needed: readonly number[];
  /** What each word is worth, its Shapley value where words are taken away by [MASK], or zeros where there is none; where that is known. */
  readonly values?: readonly number[];
}

/** A model whose answers are known; one file each. */
export interface TruthDefinition {
  /** File name; the model is `pellucid-truth-` and this. */
  readonly name: string;
  readonly title: string;
  /** What is known of it, in one line. */
  readonly summary: string;
  /** An example that the random numbers decide. */
  example(random: Random): TruthExample;
}

/** Name of the bundled model that a truth is about. */
export function truthModel({ name }: TruthDefinition): string {
  return `pellucid-truth-${name}`;
}
