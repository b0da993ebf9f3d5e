import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { kendallTau, spearmanRho } from '../../src/metrics/rank-correlation.js';

// Values of scipy.stats.kendalltau and spearmanr.
suite('rank correlation', () => {
  const a = [1, 2, 2, 4, 5, 0.5];
  const b = [2, 1, 3, 3, 9, -1];

  test('with ties', () => {
    assert.ok(Math.abs(kendallTau(a, b) - 0.7857142857142858) < 1e-12);
    assert.ok(Math.abs(spearmanRho(a, b) - 0.8676470588235294) < 1e-12);
  });

  test('equal and reversed orders', () => {
    assert.equal(kendallTau([3, 1, 2], [30, 10, 20]), 1);
    assert.equal(spearmanRho([3, 1, 2], [-3, -1, -2]), -1);
  });

  test('a constant list agrees with nothing', () => {
    assert.equal(kendallTau([1, 1, 1], [1, 2, 3]), 0);
    assert.equal(spearmanRho([1, 2, 3], [0, 0, 0]), 0);
  });
});
