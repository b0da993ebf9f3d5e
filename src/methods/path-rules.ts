/** Rules by which an integral over [0, 1] becomes a sum over points. */
export const pathRules = [
  'gauss-legendre',
  'trapezoid',
  'left-riemann',
  'middle-riemann',
  'right-riemann',
] as const;
export type PathRule = (typeof pathRules)[number];

/** The points of a rule and their weights, which sum to 1. */
export interface PathPoints {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The points and weights of a rule with `count` points; of a trapezoid at least 2.
 *
 * Gauss-Legendre with n points is exact for polynomials up to degree 2n − 1 (Abramowitz and Stegun 1964, 25.4.29). The
 * trapezoid has n − 1 equal parts and half weight at both ends. Captum 0.9 divides it by n instead, so that its weights sum
 * to (n − 1)/n and its attributions fall short by that share.
 */
export function pathPoints(rule: PathRule, count: number): PathPoints {
  const each = (at: (i: number) => number) => Float64Array.from({ length: count }, (_, i) => at(i));
  switch (rule) {
    case 'gauss-legendre':
      return gaussLegendre(count);
    case 'trapezoid': {
      const parts = count - 1;
      return {
        points: each((i) => i / parts),
        weights: each((i) => (i === 0 || i === parts ? 0.5 : 1) / parts),
      };
    }
    case 'left-riemann':
      return { points: each((i) => i / count), weights: each(() => 1 / count) };
    case 'middle-riemann':
      return { points: each((i) => (i + 0.5) / count), weights: each(() => 1 / count) };
    case 'right-riemann':
      return { points: each((i) => (i + 1) / count), weights: each(() => 1 / count) };
  }
}

/** Roots of the Legendre polynomial by Newton's method, moved from [−1, 1] to [0, 1]. */
function gaussLegendre(count: number): PathPoints {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    // Close enough to the root that the iteration finds this one (Abramowitz and Stegun 22.16.6).
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let round = 0; round < 10; round++) {
      const { value, derivative } = legendre(count, x);
      slope = derivative;
      const step = value / derivative;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    points[count - 1 - i] = (1 + x) / 2;
    weights[count - 1 - i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** The Legendre polynomial of a degree and its derivative, by the three-term recurrence. */
function legendre(degree: number, x: number): { readonly value: number; readonly derivative: number } {
  let [before, value] = [1, x];
  for (let n = 2; n <= degree; n++) {
    [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  }
  return { value, derivative: (degree * (x * value - before)) / (x * x - 1) };
}
