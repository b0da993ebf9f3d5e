/** Which sources each destination may look at, as far as the weights show. */
export interface Mask {
  readonly kind: 'causal' | 'sliding window';
  /** Sources that a destination sees, itself included; null where it sees all earlier ones. */
  readonly window: number | null;
}

/**
 * Finds a causal mask or a causal sliding window by its zeros. Weights only show what was not used: a head whose weights
 * happen to be exactly 0 outside a band looks the same as one that is masked there.
 * @param values row-major; NaN counts as nothing
 * @returns null where there is no such mask
 */
export function findMask(values: Float32Array, rows: number, columns: number): Mask | null {
  if (rows !== columns || rows < 2) return null;
  let reach = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = row + 1; column < columns; column++) {
      if (values[row * columns + column]! > 0) return null;
    }
    let first = 0;
    while (first < row && !(values[row * columns + first]! > 0)) first++;
    reach = Math.max(reach, row - first + 1);
  }
  if (reach >= rows) return { kind: 'causal', window: null };
  // A window is only claimed where every row that is long enough uses all of it.
  for (let row = reach; row < rows; row++) {
    if (!(values[row * columns + row - reach + 1]! > 0)) return { kind: 'causal', window: null };
  }
  return { kind: 'sliding window', window: reach };
}
