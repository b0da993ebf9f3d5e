import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { PellucidError } from '../../errors.js';
import type { Coalition } from '../../question/index.js';
import { coalitionOf, complement, counted, extremes, type Game, membersOf, type Shares } from './game.js';

/** How coalitions are drawn. */
export interface RegressionSampling {
  readonly samples: number;
  /** Whether each coalition is followed by its complement: their errors partly cancel. */
  readonly paired: boolean;
  readonly seed: number;
}

/**
 * Shapley values as the weights of a linear model of the game (KernelSHAP; Lundberg and Lee 2017,
 * https://arxiv.org/abs/1705.07874). Coalitions have the weight (M − 1) / (C(M, k) k (M − k)), k being their size; those of
 * nobody and of everybody, whose weight is infinite, are constraints, as in Covert and Lee 2021
 * (https://arxiv.org/abs/2012.01536), so the scores add up to v(all) − v(none). Where all coalitions are within
 * the samples they are all used, and the values are exact.
 * @throws PellucidError `bad-input` where the samples do not tell the players apart.
 */
export async function kernelShapley(game: Game, sampling: RegressionSampling): Promise<Shares> {
  const { size } = game;
  const { full, empty } = await extremes(game);
  const total = full - empty;
  if (size === 1) {
    const note = 'exact: there is one feature only';
    return { scores: Float64Array.of(total), standardError: undefined, full, empty, note };
  }
  const inner = 2 ** size - 2;
  const all = inner <= sampling.samples;
  const groups = all ? everyCoalition(size) : drawnCoalitions(size, sampling);
  const drawn = groups.flat();
  const values = await game.values(drawn.map(({ coalition }) => coalition));
  const rows = drawn.map((row, i) => ({ ...row, value: values[i]! - empty }));
  const { scores, projection } = constrainedFit(rows, size, total);
  const standardError = all
    ? undefined
    : errorsOf(
        groups.map((group) => group.length),
        rows,
        scores,
        projection,
      );
  const pairs = sampling.paired ? ', each with its complement' : '';
  const note = all
    ? `exact: all ${counted(inner + 2)} coalitions of ${size} features`
    : `sampled: ${counted(drawn.length)} coalitions of ${counted(size)} features${pairs}`;
  return { scores, standardError, full, empty, note };
}

/** A coalition and its weight in the fit. */
interface Weighted {
  readonly coalition: Coalition;
  readonly weight: number;
}

/** One more: what it is worth above the empty one. */
export interface WeightedValue extends Weighted {
  readonly value: number;
}

function everyCoalition(size: number): Weighted[][] {
  return Array.from({ length: 2 ** size - 2 }, (_, i) => {
    const coalition = coalitionOf(i + 1, size);
    const members = membersOf(coalition);
    return [{ coalition, weight: (size - 1) / (choose(size, members) * members * (size - members)) }];
  });
}

function choose(size: number, members: number): number {
  let ways = 1;
  for (let i = 1; i <= members; i++) ways = (ways * (size - members + i)) / i;
  return ways;
}

/** Groups of coalitions that were drawn together; drawn by their weight, they weigh the same in the fit. */
function drawnCoalitions(size: number, { samples, paired, seed }: RegressionSampling): Weighted[][] {
  const random = xoroshiro128plus(seed);
  const sizes = Array.from({ length: size - 1 }, (_, i) => 1 / ((i + 1) * (size - i - 1)));
  const sum = sizes.reduce((a, b) => a + b, 0);
  return Array.from({ length: paired ? Math.ceil(samples / 2) : samples }, () => {
    let point = uniformFloat64(random) * sum;
    const at = sizes.findIndex((share) => {
      point -= share;
      return point < 0;
    });
    const coalition = subset(size, at < 0 ? size - 1 : at + 1, random);
    const group = paired ? [coalition, complement(coalition)] : [coalition];
    return group.map((each) => ({ coalition: each, weight: 1 }));
  });
}

/** A random coalition of so many members, all equally likely (Floyd's algorithm). */
function subset(size: number, members: number, random: RandomGenerator): Coalition {
  const coalition = new Uint8Array(size);
  for (let last = size - members; last < size; last++) {
    const player = uniformInt(random, 0, last);
    coalition[coalition[player] === 1 ? last : player] = 1;
  }
  return coalition;
}

/**
 * The φ that make Σ weight · (value − Σ of the φ of a coalition's members)² least under Σ φ = total. `projection` is
 * A⁻¹ − A⁻¹11ᵀA⁻¹ / 1ᵀA⁻¹1, which takes errors of the moments to errors of φ; A = Σ weight · z zᵀ.
 * @throws PellucidError `bad-input` where there is no single answer
 */
export function constrainedFit(
  rows: readonly WeightedValue[],
  size: number,
  total: number,
): { scores: Float64Array; projection: Matrix } {
  const moments = Matrix.zeros(size, size);
  const target = Matrix.zeros(size, 1);
  const weights = rows.reduce((sum, { weight }) => sum + weight, 0);
  for (const { coalition, weight, value } of rows) {
    const present = [...coalition.keys()].filter((i) => coalition[i] === 1);
    const share = weight / weights;
    for (const i of present) {
      target.set(i, 0, target.get(i, 0) + share * value);
      for (const j of present) moments.set(i, j, moments.get(i, j) + share);
    }
  }
  const factor = new CholeskyDecomposition(moments);
  const pivots = factor.lowerTriangularMatrix.diagonal();
  // A moment is at most 1: a pivot this small is rounding, and the players cannot be told apart.
  if (!factor.isPositiveDefinite() || Math.min(...pivots) < 1e-7) {
    throw new PellucidError(
      'bad-input',
      `${rows.length} samples do not tell ${size} features apart: give samples of ${4 * size} or more.`,
    );
  }
  const inverse = factor.solve(Matrix.eye(size));
  const ones = Matrix.ones(size, 1);
  const reach = inverse.mmul(ones);
  const sum = reach.sum();
  const projection = Matrix.sub(inverse, reach.mmul(reach.transpose()).div(sum));
  const free = factor.solve(target).to1DArray();
  const excess = (free.reduce((a, b) => a + b, 0) - total) / sum;
  const scores = Float64Array.from(free, (value, i) => value - excess * reach.get(i, 0));
  return { scores, projection };
}

/**
 * Standard errors by the sandwich rule: the spread of what each group of coalitions drawn together adds to the fit.
 * @param groups how many rows belong to each, in order
 */
function errorsOf(
  groups: readonly number[],
  rows: readonly WeightedValue[],
  scores: Float64Array,
  projection: Matrix,
): Float64Array {
  const size = scores.length;
  const sums = new Float64Array(size);
  let at = 0;
  for (const count of groups) {
    const pull = new Float64Array(size);
    for (const { coalition, value } of rows.slice(at, at + count)) {
      const fitted = scores.reduce((sum, score, i) => sum + score * coalition[i]!, 0);
      for (const [i, present] of coalition.entries()) pull[i]! += present * (value - fitted);
    }
    at += count;
    for (const [i, moved] of projection.mmul(Matrix.columnVector(pull)).to1DArray().entries())
      sums[i]! += moved * moved;
  }
  // The fit has used up size − 1 degrees of freedom.
  const spare = Math.max(1, groups.length - size + 1);
  return sums.map((sum) => Math.sqrt(sum * (groups.length / spare)) / rows.length);
}
