import { mean } from 'd3-array';
import type { Random } from '../random.js';
import type { TruthExample } from './truth.js';

/** How well scores rank, each from 0 to 1. */
export interface RankingGrade {
  /** 1 where a word that holds the answer is first. */
  readonly hit: number;
  /** 1 over the rank of the first word that holds the answer. */
  readonly reciprocalRank: number;
  /** Of the first k words, the share of needed ones, where k are needed. */
  readonly precision: number;
  /** How often a needed word is before another one; one half by chance. */
  readonly auroc: number;
}

/** How near scores are to what words are worth. */
export interface ValueGrade {
  /** Sum of the differences over the sum of sizes: 0 is exact, 1 is as bad as no scores at all. */
  readonly error: number;
  /** Pearson's correlation between scores and worths; 0 where all scores are equal. */
  readonly correlation: number;
}

/** Scores that differ by less than this, of the largest or of 1, are equal: rounding of float32 must not break ties. */
const resolution = 1e-6;

/** Grades the order of scores, the highest first; equal scores stand in random order. */
export function gradeRanking(
  given: ArrayLike<number>,
  { answers, needed }: Pick<TruthExample, 'answers' | 'needed'>,
  random: Random,
): RankingGrade {
  const scores = distinguishable(given);
  const order = random.permutation(scores.length).sort((a, b) => scores[b]! - scores[a]!);
  const rank = order.findIndex((feature) => answers.includes(feature)) + 1;
  const first = order.slice(0, needed.length);
  const others = order.filter((feature) => !needed.includes(feature));
  let before = 0;
  for (const one of needed)
    for (const other of others) before += (Math.sign(scores[one]! - scores[other]!) + 1) / 2;
  return {
    hit: rank === 1 ? 1 : 0,
    reciprocalRank: 1 / rank,
    precision: first.filter((feature) => needed.includes(feature)).length / needed.length,
    auroc: before / (needed.length * others.length),
  };
}

/** Holds scores against what each word is worth. */
export function gradeValues(given: ArrayLike<number>, values: readonly number[]): ValueGrade {
  const scores = distinguishable(given);
  let [difference, size] = [0, 0];
  for (const [i, value] of values.entries()) {
    difference += Math.abs(scores[i]! - value);
    size += Math.abs(value);
  }
  return { error: difference / size, correlation: pearson(scores, values) };
}

function distinguishable(scores: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(scores);
  const step = resolution * all.reduce((largest, score) => Math.max(largest, Math.abs(score)), 1);
  return all.map((score) => Math.round(score / step) * step);
}

function pearson(a: Float64Array, b: readonly number[]): number {
  const [meanA, meanB] = [mean(a) ?? 0, mean(b) ?? 0];
  let [product, squareA, squareB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    product += (value - meanA) * (b[i]! - meanB);
    squareA += (value - meanA) ** 2;
    squareB += (b[i]! - meanB) ** 2;
  }
  // All equal but for the rounding of their mean.
  return squareA < resolution ** 2 * a.length || squareB === 0 ? 0 : product / Math.sqrt(squareA * squareB);
}
