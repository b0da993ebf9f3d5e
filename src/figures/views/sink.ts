import type { Token } from '../../tensor/index.js';
import { type Patterns, rowOf } from './patterns.js';

/**
 * What is done with sources that many heads look at when they have nothing to look for: the first token, or the
 * special ones that the tokenizer added (`[CLS]`, `[SEP]`, `<|endoftext|>`).
 */
export interface Sink {
  readonly sources: 'first' | 'special';
  /** `hide` leaves the other weights as they are; `renormalise` divides each row by what is left of it. */
  readonly mode: 'include' | 'hide' | 'renormalise';
}

/** Whether two settings leave out the same. */
export function sameSink(a: Sink | undefined, b: Sink | undefined): boolean {
  return (
    (a?.mode ?? 'include') === (b?.mode ?? 'include') && (a?.sources ?? 'first') === (b?.sources ?? 'first')
  );
}

/** The sources that a sink setting leaves out: 1 for each that is hidden; null where all are shown. */
export function hiddenSources(tokens: readonly Token[], sink: Sink | undefined): Uint8Array | null {
  if (sink === undefined || sink.mode === 'include') return null;
  const hidden = Uint8Array.from(tokens, (token, index) =>
    // A special token that the text itself has, such as [MASK], is no resting place.
    Number(sink.sources === 'first' ? index === 0 : token.special && token.offsets === null),
  );
  return hidden.includes(1) ? hidden : null;
}

/** How much of a row's attention goes to the hidden sources, 0 to 1. */
export function hiddenMassOfRow(patterns: Patterns, index: number, row: number, hidden: Uint8Array): number {
  const [start, length] = rowOf(patterns, index, row);
  let mass = 0;
  for (let column = 0; column < length; column++) {
    if (hidden[column] === 1) mass += patterns.data[start + column]!;
  }
  return mass * patterns.step;
}

/** What is left of a row: the factor that makes it sum to 1 again; 0 where nothing is left. */
export function renormalising(hiddenMass: number): number {
  return hiddenMass < 1 - 1e-6 ? 1 / (1 - hiddenMass) : 0;
}

/** The hidden share of all attention of some heads: the mean over their rows. */
export function hiddenMass(
  patterns: Patterns,
  indexes: readonly number[],
  hidden: Uint8Array | null,
): number {
  if (hidden === null || indexes.length === 0) return 0;
  let sum = 0;
  for (const index of indexes) {
    for (let row = 0; row < patterns.rows; row++) sum += hiddenMassOfRow(patterns, index, row, hidden);
  }
  return sum / (indexes.length * patterns.rows);
}

/**
 * Takes the hidden sources out of a whole pattern (row-major, changed in place): their cells become NaN, and so do rows
 * of which nothing is left to renormalise.
 * @returns the hidden mass, the mean over rows
 */
export function leaveOut(values: Float32Array, columns: number, hidden: Uint8Array, sink: Sink): number {
  let total = 0;
  for (let start = 0; start < values.length; start += columns) {
    let mass = 0;
    for (let column = 0; column < columns; column++) {
      if (hidden[column] === 0) continue;
      mass += values[start + column]!;
      values[start + column] = Number.NaN;
    }
    total += mass;
    if (sink.mode !== 'renormalise') continue;
    const factor = renormalising(mass) || Number.NaN;
    for (let column = 0; column < columns; column++) values[start + column]! *= factor;
  }
  return (total * columns) / values.length;
}
