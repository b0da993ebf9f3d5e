import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { contributions } from '../../src/attention-maps/index.js';
import { assertClose } from '../methods/method-golden.js';

suite('contributions', () => {
  test('are how much closer each part brings the sum', () => {
    // y = T₁ + T₂ + bias, ‖y‖₁ = 3.7; without T₁ it is 2.7, without T₂ 3.2.
    const found = contributions(
      [2.6, 1.1, 0],
      [
        [2, 0, 1],
        [0.5, 1, -1],
      ],
    );
    assertClose(found, [2 / 3, 1 / 3], 1e-12, 'contributions');
  });

  test('a part that leads away counts nothing, and where all do there is nothing to share', () => {
    assert.deepEqual([...contributions([1, 1], [[2, 1], [-1, 0], null])], [1, 0, 0]);
    assert.deepEqual([...contributions([1], [[-1], [3]])], [0, 0]);
  });
});
