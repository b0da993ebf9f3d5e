import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { Coalition } from '../../question/index.js';

/** A coalition, what it is worth, and how much it weighs. */
export interface Sample {
  readonly coalition: Coalition;
  readonly value: number;
  readonly weight: number;
}

/** Which linear model is fitted, and how strongly its coefficients are held near zero. */
export interface LocalModel {
  readonly kind: 'lasso' | 'ridge';
  readonly alpha: number;
}

/** A linear model of a game near the coalition of all. */
export interface LocalFit {
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** Weighted share of the variance that the model explains, at most 1. */
  readonly explained: number;
}

/** Most passes over the coefficients; with independent coins some dozens do. */
const mostPasses = 10_000;

/**
 * A weighted linear model with an intercept that is not penalised. `lasso` makes Σ w (y − b − xβ)² / 2Σw + α Σ|β| least,
 * `ridge` Σ w (y − b − xβ)² + α Σ β²: the objectives of scikit-learn's `Lasso` and `Ridge` with sample weights.
 */
export function fitLocalModel(
  samples: readonly Sample[],
  size: number,
  { kind, alpha }: LocalModel,
): LocalFit {
  const total = samples.reduce((sum, { weight }) => sum + weight, 0);
  const means = new Float64Array(size);
  let meanValue = 0;
  for (const { coalition, value, weight } of samples) {
    meanValue += (weight / total) * value;
    for (let i = 0; i < size; i++) means[i]! += (weight / total) * coalition[i]!;
  }
  // Weighted moments about the means, in parts of the total weight.
  const moments = Array.from({ length: size }, () => new Float64Array(size));
  const products = new Float64Array(size);
  let variance = 0;
  const centred = new Float64Array(size);
  for (const { coalition, value, weight } of samples) {
    const share = weight / total;
    const deviation = value - meanValue;
    for (let i = 0; i < size; i++) centred[i] = coalition[i]! - means[i]!;
    for (const [i, row] of moments.entries()) {
      const scaled = share * centred[i]!;
      products[i]! += scaled * deviation;
      for (let j = 0; j <= i; j++) row[j]! += scaled * centred[j]!;
    }
    variance += share * deviation * deviation;
  }
  for (const [i, row] of moments.entries()) for (let j = 0; j < i; j++) moments[j]![i] = row[j]!;
  const coefficients =
    kind === 'lasso' ? descend(moments, products, alpha) : solve(moments, products, alpha / total);
  let fitted = 0;
  for (const [i, row] of moments.entries()) {
    const along = row.reduce((sum, moment, j) => sum + moment * coefficients[j]!, 0);
    fitted += coefficients[i]! * (2 * products[i]! - along);
  }
  return {
    coefficients,
    intercept: coefficients.reduce((sum, coefficient, i) => sum - coefficient * means[i]!, meanValue),
    explained: variance > 0 ? fitted / variance : 1,
  };
}

/** Lasso by coordinate descent on the moments (Friedman et al. 2010, https://doi.org/10.18637/jss.v033.i01). */
function descend(moments: readonly Float64Array[], products: Float64Array, alpha: number): Float64Array {
  const coefficients = new Float64Array(products.length);
  const remaining = products.slice();
  const precision = 1e-12 * Math.max(...products.map(Math.abs), alpha);
  for (let pass = 0; pass < mostPasses; pass++) {
    let largest = 0;
    for (const [i, row] of moments.entries()) {
      const own = row[i]!;
      if (own === 0) continue;
      const before = coefficients[i]!;
      const pull = remaining[i]! + own * before;
      const now = (Math.sign(pull) * Math.max(0, Math.abs(pull) - alpha)) / own;
      const change = now - before;
      if (change === 0) continue;
      coefficients[i] = now;
      for (let j = 0; j < row.length; j++) remaining[j]! -= row[j]! * change;
      largest = Math.max(largest, Math.abs(change) * own);
    }
    if (largest <= precision) break;
  }
  return coefficients;
}

function solve(moments: readonly Float64Array[], products: Float64Array, alpha: number): Float64Array {
  const penalised = Matrix.add(
    new Matrix(moments.map((row) => [...row])),
    Matrix.eye(moments.length).mul(alpha),
  );
  return Float64Array.from(
    new CholeskyDecomposition(penalised).solve(Matrix.columnVector(products)).to1DArray(),
  );
}
