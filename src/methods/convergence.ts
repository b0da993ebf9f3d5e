import type { DeclaredError } from '../explanations/index.js';

/** A share of the difference above which scores do not add up well enough to be relied on. */
const largeShare = 0.05;

/**
 * How far scores miss what they should add up to, the difference of the target between two ends.
 * @param sum of all scores
 */
export function convergenceDelta(sum: number, difference: number): DeclaredError {
  const value = sum - difference;
  const share = difference === 0 ? null : Math.abs(value / difference);
  return { name: 'convergence delta', value, share, large: share !== null && share > largeShare };
}

export function sumOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}
