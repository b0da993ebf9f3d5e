import type { Question } from '../question/index.js';

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
