import { type Patterns, rowOf } from './patterns.js';
import { hiddenMassOfRow, renormalising, type Sink } from './sink.js';

/** Which sources a pooled pattern leaves out. */
export interface PoolOptions {
  readonly hidden: Uint8Array | null;
  readonly sink: Sink | undefined;
}

/**
 * A pattern in fewer cells, each with the largest weight of those it stands for: a single strong line stays visible
 * however small the picture (a mean would wash it out).
 * @returns `width * height` values, row-major
 */
export function maxPool(
  patterns: Patterns,
  index: number,
  width: number,
  height: number,
  { hidden, sink }: PoolOptions = { hidden: null, sink: undefined },
): Float32Array {
  const { rows, columns, data, step } = patterns;
  const pooled = new Float32Array(width * height);
  const ends = Int32Array.from({ length: width }, (_, x) => Math.ceil(((x + 1) * columns) / width));
  for (let row = 0; row < rows; row++) {
    const [start, length] = rowOf(patterns, index, row);
    const line = Math.floor((row * height) / rows) * width;
    const factor =
      hidden !== null && sink?.mode === 'renormalise'
        ? step * renormalising(hiddenMassOfRow(patterns, index, row, hidden))
        : step;
    let column = 0;
    for (let x = 0; x < width && column < length; x++) {
      const end = Math.min(ends[x]!, length);
      let most = 0;
      for (; column < end; column++) {
        const value = data[start + column]!;
        if (value > most && (hidden === null || hidden[column] === 0)) most = value;
      }
      if (most * factor > pooled[line + x]!) pooled[line + x] = most * factor;
    }
  }
  return pooled;
}
