import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rank } from '../../src/model/candidates.js';

test('the best of many are those that sorting all of them puts first, also among equal ones', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 900 }),
      fc.integer({ min: 1, max: 12 }),
      (values, top) => {
        const scores = Float32Array.from(values);
        const sorted = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
        const found = rank(scores, top, String, null);
        assert.deepEqual(
          found.map(({ id }) => id),
          sorted.slice(0, top),
        );
      },
    ),
    { seed: 1 },
  );
});
