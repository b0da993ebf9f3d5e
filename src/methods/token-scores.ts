import type { Question } from '../question/index.js';

/** Σ over all axes but one: values in row-major order → [size of the axis]. */
export function sumByIndex(values: ArrayLike<number>, shape: readonly number[], axis: number): Float64Array {
  const size = shape[axis]!;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const sums = new Float64Array(size);
  for (let i = 0; i < values.length; i++) sums[Math.floor(i / inner) % size]! += values[i]!;
  return sums;
}

/** Σ over the width of a · b at each position: [position, width] twice → [position]. */
export function dotByPosition(a: ArrayLike<number>, b: ArrayLike<number>, positions: number): Float64Array {
  const width = a.length / positions;
  return Float64Array.from({ length: positions }, (_, position) => {
    let sum = 0;
    for (let i = position * width; i < (position + 1) * width; i++) sum += a[i]! * b[i]!;
    return sum;
  });
}

/** The scores of tokens added up over each feature's positions. */
export function sumByFeature({ features }: Question, tokenScores: ArrayLike<number>): Float64Array {
  return Float64Array.from(features, ({ positions }) =>
    positions.reduce((sum, position) => sum + tokenScores[position]!, 0),
  );
}

/** Ways in which a vector becomes one number: its Euclidean length, the sum of its absolute values, its signed sum. */
export const lengthNames = ['l2', 'l1', 'sum'] as const;
export type LengthName = (typeof lengthNames)[number];

/** One number for the vector at each position: [position, width] → [position]. */
export function lengthsByPosition(
  values: ArrayLike<number>,
  positions: number,
  name: LengthName,
): Float64Array {
  const parts = Float64Array.from(values, (value) =>
    name === 'l2' ? value * value : name === 'l1' ? Math.abs(value) : value,
  );
  const sums = sumByIndex(parts, [positions, values.length / positions], 0);
  return name === 'l2' ? sums.map(Math.sqrt) : sums;
}
