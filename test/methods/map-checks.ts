import assert from 'node:assert/strict';
import type { Attribution } from '../../src/index.js';
import { rowSumTolerance } from '../tolerances.js';

/** The maps of an attribution by layer, each as rows. */
export function mapRows({ map }: Attribution): Float32Array[][] {
  assert.ok(map, 'there is no map');
  const [destinations, sources] = map.shape.slice(-2) as [number, number];
  const layers = map.shape.length === 3 ? map.shape[0]! : 1;
  const data = map.data as Float32Array;
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: destinations }, (_, row) => {
      const start = (layer * destinations + row) * sources;
      return data.subarray(start, start + sources);
    }),
  );
}

/** Asserts that rows sum to 1. */
export function assertRowSums(rows: readonly Float32Array[]): void {
  for (const [i, row] of rows.entries()) {
    const sum = row.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) <= rowSumTolerance, `row ${i} sums to ${sum}`);
  }
}

/** Asserts that no destination draws anything from what stands behind it, to the last bit. */
export function assertCausal(rows: readonly Float32Array[]): void {
  for (const [i, row] of rows.entries())
    assert.ok(
      row.subarray(i + 1).every((weight) => weight === 0),
      `row ${i} sees what follows: ${row}`,
    );
}
