import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { valueScale } from '../../../src/figures/drawing/scale.js';

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

suite('the range of values means what it means in seaborn', () => {
  test('by default it spans the finite values', () => {
    const scale = valueScale([3, Number.NaN, -1, Number.POSITIVE_INFINITY, 2]);
    assert.deepEqual([scale.vmin, scale.vmax], [-1, 3]);
    near(scale.position(0), 0.25);
  });

  test('robust: 2nd and 98th percentile, linearly interpolated as numpy does', () => {
    // numpy.percentile([0, 1, 2, 3, 10], [2, 98]) = [0.08, 9.44]
    const scale = valueScale([10, 3, 0, 2, 1], { robust: true });
    near(scale.vmin, 0.08);
    near(scale.vmax, 9.44);
    assert.equal(scale.position(10), 1);
    assert.equal(scale.position(0), 0);
  });

  test('given ends win over robust', () => {
    const scale = valueScale([10, 3, 0, 2, 1], { robust: true, vmin: -5 });
    assert.equal(scale.vmin, -5);
    near(scale.vmax, 9.44);
  });

  test('a centre gets the middle, and the farther end the full colour', () => {
    // seaborn: vrange = max(vmax − center, center − vmin) = 3, normalised over [−3, 3].
    const scale = valueScale([-1, 3], { center: 0 });
    near(scale.position(0), 0.5);
    near(scale.position(3), 1);
    near(scale.position(-1), 1 / 3);
  });

  test('a centre beyond the range is allowed, as in seaborn', () => {
    // vrange = max(2 − 4, 4 − 1) = 3, normalised over [1, 7].
    const scale = valueScale([1, 2], { center: 4 });
    near(scale.position(1), 0);
    near(scale.position(2), 1 / 6);
  });

  test('values outside take the colour of the nearer end', () => {
    const scale = valueScale([0, 10], { vmin: 2, vmax: 4 });
    assert.deepEqual([0, 2, 3, 4, 10].map(scale.position), [0, 0, 0.5, 1, 1]);
  });

  test('a constant and an empty matrix have a range too', () => {
    assert.equal(valueScale([5, 5]).position(5), 0);
    assert.equal(valueScale([5, 5], { center: 5 }).position(5), 0.5);
    assert.equal(valueScale([]).position(0), 0);
  });

  test('one given end beyond all values collapses the range instead of reversing it', () => {
    assert.equal(valueScale([0, 1], { vmin: 2 }).vmax, 2);
    assert.equal(valueScale([5, 6], { vmax: 2 }).vmin, 2);
  });

  test('a million values are no trouble', () => {
    assert.equal(valueScale(new Float32Array(1_000_000).fill(1)).vmax, 1);
  });
});
