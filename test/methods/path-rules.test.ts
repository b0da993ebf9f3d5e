import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type PathRule, pathPoints, pathRules } from '../../src/methods/path-rules.js';
import { assertClose } from './method-golden.js';

/** Integrated gradients of x³ + y³ + xy at (1, 2) from (0, 0). */
function attribution(rule: PathRule, count: number): [number, number] {
  const { points, weights } = pathPoints(rule, count);
  const sums: [number, number] = [0, 0];
  for (const [i, share] of points.entries()) {
    const [x, y] = [share, 2 * share];
    sums[0] += weights[i]! * (3 * x * x + y);
    sums[1] += weights[i]! * 2 * (3 * y * y + x);
  }
  return sums;
}

// Numbers of a run of Captum, whose points are float32, with five digits after the point.
const printed = 1.5e-5;

suite('rules of integration', () => {
  test('Gauss-Legendre is exact for a cubic', () => {
    for (const count of [2, 10, 50])
      assertClose(attribution('gauss-legendre', count), [2, 9], 1e-12, 'scores');
  });

  test('Riemann sums equal those of Captum', () => {
    assertClose(attribution('middle-riemann', 10), [1.9975, 8.98], printed, 'middle');
    assertClose(attribution('left-riemann', 50), [1.9502, 8.7416], printed, 'left');
    assertClose(attribution('right-riemann', 50), [2.0502, 9.26159], printed, 'right');
  });

  test('the trapezoid equals that of Captum but for its weights, which sum to (n − 1) / n there', () => {
    for (const [count, scores] of [
      [10, [1.80556, 8.14444]],
      [50, [1.9602, 8.82163]],
    ] as const) {
      const own = attribution('trapezoid', count);
      const captum = own.map((score) => (score * (count - 1)) / count);
      assertClose(captum, scores, printed, `${count} points`);
      assert.ok(Math.abs(own[0] - 2) < Math.abs(scores[0] - 2), `${own[0]}`);
    }
  });

  test('weights sum to 1, and points lie in [0, 1] in order', () => {
    for (const rule of pathRules) {
      for (const count of [2, 3, 7, 20, 51, 300]) {
        const { points, weights } = pathPoints(rule, count);
        assertClose([weights.reduce((a, b) => a + b, 0)], [1], 1e-12, `${rule} ${count}`);
        assert.ok(
          points.every((at, i) => at >= 0 && at <= 1 && (i === 0 || at > points[i - 1]!)),
          rule,
        );
      }
    }
  });

  test('n points of Gauss-Legendre integrate every power up to 2n − 1', () => {
    const { points, weights } = pathPoints('gauss-legendre', 6);
    for (let power = 0; power <= 11; power++) {
      const sum = points.reduce((total, at, i) => total + weights[i]! * at ** power, 0);
      assertClose([sum], [1 / (power + 1)], 1e-14, `power ${power}`);
    }
  });
});
