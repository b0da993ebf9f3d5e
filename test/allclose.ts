import assert from 'node:assert/strict';
import type { Tensor } from '../src/tensor/index.js';

/** Asserts that two tensors have one shape and differ by at most `tolerance`; a failure names the worst index. */
export function assertAllClose(actual: Tensor, expected: Tensor, tolerance: number, what: string): void {
  assert.deepEqual([...actual.shape], [...expected.shape], `${what}: shape`);
  let worst = 0;
  let place = -1;
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [Number(actual.data[i]), Number(expected.data[i])];
    const difference = a === b ? 0 : Math.abs(a - b);
    if (!(difference <= worst)) [worst, place] = [difference, i];
  }
  if (worst <= tolerance) return;
  const index = indexAt(expected.shape, place);
  assert.fail(
    `${what}: differs by ${worst} at [${index}]: ${actual.data[place]} instead of ${expected.data[place]} (tolerance ${tolerance})`,
  );
}

function indexAt(shape: readonly number[], offset: number): number[] {
  let rest = offset;
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .toReversed();
}
