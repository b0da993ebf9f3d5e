import assert from 'node:assert/strict';
import type { Attribution } from '../../src/index.js';
import { referenceTolerance } from '../tolerances.js';

/** Asserts that the parts add up to what the model computed, and that the explanation says so. */
export function assertReconstructed({ errors }: Attribution): void {
  const [error, ...others] = errors;
  assert.equal(others.length, 0);
  assert.equal(error!.name, 'reconstruction error');
  assert.ok(error!.value < referenceTolerance, `the parts are ${error!.value} off`);
  assert.equal(error!.large, false);
}
