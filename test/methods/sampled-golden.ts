import assert from 'node:assert/strict';
import { test } from 'node:test';
import { referenceTolerance } from '../tolerances.js';
import { answerCase, assertClose, type MethodCase } from './method-golden.js';

/** Tests that what a method samples is within its own errors of the exact scores, adds up, and depends on the seed alone. */
export function testSampled(method: string, golden: MethodCase, note: RegExp): void {
  test(`${golden.checkpoint}, sampled`, async () => {
    const found = await answerCase(method, golden);
    assert.match(found.note!, note);
    const errors = found.standardError!.data;
    for (const [i, score] of golden.scores.entries()) {
      const error = errors[i]!;
      // Fourteen scores, each beyond 4 errors once in 16,000 times; the seed is fixed.
      assert.ok(Math.abs(found.values.data[i]! - score) < 4 * error + referenceTolerance, `score ${i}`);
    }
    const sum = found.values.data.reduce((a, b) => a + b, 0);
    assertClose([sum], [found.target.value - found.baseline!.value!], 1e-5, 'sum');
    const again = await answerCase(method, golden);
    assert.deepEqual(again.values.data, found.values.data);
    assert.deepEqual(again.standardError, found.standardError);
  });
}
