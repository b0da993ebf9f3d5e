import { PellucidError } from '../../errors.js';
import type { Attention } from '../../explanations/index.js';
import type { Token } from '../../tensor/index.js';
import { isCausal, patternsOf } from '../drawing/patterns.js';

/**
 * Attention in whole numbers of steps, causal patterns as triangles: what a page holds where 32-bit numbers would be
 * too large. 32 layers of 32 heads over 512 tokens take 1.07 GB as `Float32Array`, and 0.27 GB like this.
 */
export interface PackedAttention {
  readonly kind: 'packed-attention';
  readonly layers: readonly string[];
  readonly heads: readonly string[];
  readonly tokens: readonly Token[];
  readonly destinationTokens?: readonly Token[];
  /** Whether only sources up to the destination are stored: row `r` of a pattern has `r + 1` values. */
  readonly triangular: boolean;
  /** What a stored 1 stands for: 1/255 or 1/65535. */
  readonly step: number;
  /** Row-major over layer, head, destination, source. */
  readonly values: Uint8Array | Uint16Array;
}

/** Attention in the one form that views draw. */
export interface Patterns {
  readonly layers: readonly string[];
  readonly heads: readonly string[];
  readonly destinations: readonly Token[];
  readonly sources: readonly Token[];
  readonly rows: number;
  readonly columns: number;
  readonly triangular: boolean;
  readonly step: number;
  readonly data: Float32Array | Uint8Array | Uint16Array;
  /** Stored values of one pattern. */
  readonly size: number;
}

/** Most values held at 16 bits: 268 MB. */
const mostAt16Bits = 2 ** 27;

function sizeOf(rows: number, columns: number, triangular: boolean): number {
  return triangular ? (rows * (rows + 1)) / 2 : rows * columns;
}

/**
 * Reads attention for drawing; nothing is copied.
 * @throws PellucidError `bad-input` when the axes are not those of attention, or the packed values have another length.
 */
export function readPatterns(attention: Attention | PackedAttention): Patterns {
  const { tokens: sources, destinationTokens: destinations = sources } = attention;
  const rows = destinations.length;
  const columns = sources.length;
  if (attention.kind === 'attention') {
    const { layers, heads, data } = patternsOf(attention);
    const size = rows * columns;
    return { layers, heads, destinations, sources, rows, columns, triangular: false, step: 1, data, size };
  }
  const { layers, heads, triangular, step, values: data } = attention;
  const size = sizeOf(rows, columns, triangular);
  const expected = layers.length * heads.length * size;
  if (data.length !== expected) {
    throw new PellucidError(
      'bad-input',
      `Packed attention of ${layers.length} layers, ${heads.length} heads, ${rows} × ${columns} tokens has ${expected} values, but ${data.length} were given.`,
    );
  }
  return { layers, heads, destinations, sources, rows, columns, triangular, step, data, size };
}

/**
 * Packs attention into 16 bits (off by at most 0.000008), or 8 bits (0.002) beyond 134 million values.
 * @throws PellucidError `bad-input` for values outside 0 to 1.
 */
export function packAttention(attention: Attention): PackedAttention {
  const patterns = patternsOf(attention);
  const { layers, heads, rows, count: columns, data } = patterns;
  const triangular = isCausal(patterns);
  const length = layers.length * heads.length * sizeOf(rows, columns, triangular);
  const values = length <= mostAt16Bits ? new Uint16Array(length) : new Uint8Array(length);
  const most = values.BYTES_PER_ELEMENT === 2 ? 65535 : 255;
  let next = 0;
  for (let start = 0; start < data.length; start += columns) {
    const stored = triangular ? ((start / columns) % rows) + 1 : columns;
    for (let column = 0; column < stored; column++) {
      const value = data[start + column]!;
      if (!(value >= 0 && value <= 1.001)) {
        throw new PellucidError('bad-input', `Attention lies between 0 and 1, but ${value} was given.`);
      }
      values[next++] = Math.min(most, Math.round(value * most));
    }
  }
  const { tokens, destinationTokens } = attention;
  return {
    ...{ kind: 'packed-attention', layers, heads, tokens, triangular, step: 1 / most, values },
    ...(destinationTokens ? { destinationTokens } : {}),
  };
}

/** Where a head's pattern lies among all. */
export function indexOfHead(patterns: Patterns, layer: number, head: number): number {
  return layer * patterns.heads.length + head;
}

/** Where a row is stored, and how many values of it. */
export function rowOf(
  patterns: Patterns,
  index: number,
  row: number,
): readonly [start: number, length: number] {
  const base = index * patterns.size;
  return patterns.triangular
    ? [base + (row * (row + 1)) / 2, row + 1]
    : [base + row * patterns.columns, patterns.columns];
}

/** One pattern in full, row-major over destination and source. */
export function patternAt(patterns: Patterns, index: number): Float32Array {
  const { rows, columns, data, step } = patterns;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const [start, length] = rowOf(patterns, index, row);
    for (let column = 0; column < length; column++)
      values[row * columns + column] = data[start + column]! * step;
  }
  return values;
}

/** One value. */
export function weightAt(patterns: Patterns, index: number, row: number, column: number): number {
  const [start, length] = rowOf(patterns, index, row);
  return column < length ? patterns.data[start + column]! * patterns.step : 0;
}

/** The mean or the largest of several heads, cell by cell. */
export function aggregate(patterns: Patterns, indexes: readonly number[], how: 'mean' | 'max'): Float32Array {
  if (indexes.length === 0) return new Float32Array(patterns.rows * patterns.columns);
  const values = patternAt(patterns, indexes[0]!);
  for (const index of indexes.slice(1)) {
    const next = patternAt(patterns, index);
    for (let i = 0; i < values.length; i++) {
      values[i] = how === 'mean' ? values[i]! + next[i]! : Math.max(values[i]!, next[i]!);
    }
  }
  if (how === 'mean') for (let i = 0; i < values.length; i++) values[i] = values[i]! / indexes.length;
  return values;
}
