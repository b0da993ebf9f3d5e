import type { AttentionMap } from './attention-map.js';
import { rowOf } from './attention-map.js';

/** What a head's pattern is measured by. */
export const headMeasures = [
  ...(['previous-token', 'first-token', 'special-tokens', 'duplicate-token'] as const),
  ...(['induction', 'positional', 'entropy'] as const),
] as const;
export type HeadMeasure = (typeof headMeasures)[number];

/** Measures of one head: shares from 0 to 1, the entropy in bits. A measure that does not apply is left out. */
export type HeadMeasures = Readonly<Partial<Record<HeadMeasure, number>>>;

/** What measures need to know of the tokens of a self-attention. */
export interface MeasuredToken {
  readonly id: number;
  /** Added by the tokenizer, as `[CLS]` is. */
  readonly added: boolean;
}

/**
 * The mean of the weights at one distance: A[q, q + offset] over all q where that is a place. On n random tokens
 * read twice −1 is the previous-token score, −n the duplicate-token score and 1 − n the induction score (`Main_Demo` and
 * `head_detector.py` of TransformerLens).
 * @returns 0 where there is no such place
 */
export function stripe({ destinations, sources, weights }: AttentionMap, offset: number): number {
  const first = Math.max(0, -offset);
  const last = Math.min(destinations, sources - offset);
  let sum = 0;
  for (let q = first; q < last; q++) sum += weights[q * sources + q + offset]!;
  return last > first ? sum / (last - first) : 0;
}

/**
 * Measures where a head looks.
 *
 * - `previous-token`: the mean weight of the token before, A[q, q − 1];
 * - `first-token`: the mean weight of the first token, by all others;
 * - `special-tokens`: the mean weight of the tokens that the tokenizer added;
 * - `duplicate-token`: by tokens that stood earlier in the text too, the mean weight of those earlier places;
 * - `induction`: by the same tokens, the mean weight of the places right after those;
 * - `positional`: the largest share of destinations whose strongest source lies at one and the same distance (Voita et al.
 *   2019, https://arxiv.org/abs/1905.09418, §5.1);
 * - `entropy`: the mean entropy of the rows, in bits.
 *
 * @param tokens of a self-attention, one for each position; null where destinations and sources are different tokens (cross
 * attention), to which only `first-token` and `entropy` apply
 */
export function measureHead(map: AttentionMap, tokens: readonly MeasuredToken[] | null): HeadMeasures {
  const entropy = meanEntropy(map);
  if (tokens === null) return { 'first-token': meanOf(map, 0, () => [0]), entropy };
  const earlier = earlierPlaces(tokens);
  const repeated = earlier.some((places) => places.length > 0);
  const added = [...tokens.keys()].filter((i) => tokens[i]!.added);
  return {
    'previous-token': stripe(map, -1),
    'first-token': meanOf(map, 1, () => [0]),
    ...(added.length > 0 && added.length < tokens.length
      ? { 'special-tokens': meanOf(map, 0, () => added) }
      : {}),
    ...(repeated
      ? {
          'duplicate-token': meanOf(map, 0, (q) => earlier[q]!),
          // The token after an earlier place may be the destination itself: "the the".
          induction: meanOf(map, 0, (q) => earlier[q]!.map((place) => place + 1)),
        }
      : {}),
    ...(tokens.length > 1 ? { positional: commonDistance(map).share } : {}),
    entropy,
  };
}

/**
 * How alike two heads look: 1 − the mean over rows of the Jensen–Shannon divergence in bits (Clark et al. 2019,
 * https://arxiv.org/abs/1906.04341, §6, which clusters heads by it). 1 is the same pattern, 0 no place in common.
 */
export function headSimilarity(a: AttentionMap, b: AttentionMap): number {
  let sum = 0;
  for (let q = 0; q < a.destinations; q++) {
    const [one, other] = [rowOf(a, q), rowOf(b, q)];
    for (let k = 0; k < one.length; k++) {
      const [p, r] = [one[k]!, other[k]!];
      const middle = (p + r) / 2;
      if (p > 0) sum += (p * Math.log2(p / middle)) / 2;
      if (r > 0) sum += (r * Math.log2(r / middle)) / 2;
    }
  }
  return Math.min(1, Math.max(0, 1 - sum / a.destinations));
}

/** The distance at which most destinations have their strongest source, and the share of those. */
export function commonDistance(map: AttentionMap): { readonly offset: number; readonly share: number } {
  const counts = new Map<number, number>();
  // The first token of a causal model sees itself alone, which says nothing.
  for (let q = 1; q < map.destinations; q++) {
    const row = rowOf(map, q);
    let strongest = 0;
    for (let k = 1; k < row.length; k++) if (row[k]! > row[strongest]!) strongest = k;
    counts.set(strongest - q, (counts.get(strongest - q) ?? 0) + 1);
  }
  const [offset, count] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0]);
  return { offset, share: map.destinations > 1 ? count / (map.destinations - 1) : 0 };
}

/** For each token, where the same one stood before it. Those that the tokenizer added are not counted. */
function earlierPlaces(tokens: readonly MeasuredToken[]): number[][] {
  const seen = new Map<number, number[]>();
  return tokens.map(({ id, added }, position) => {
    if (added) return [];
    const before = seen.get(id) ?? [];
    seen.set(id, [...before, position]);
    return before;
  });
}

/** The mean, over the destinations from `first` that have sources of interest, of the weight that goes to them. */
function meanOf(
  map: AttentionMap,
  first: number,
  sourcesOf: (destination: number) => readonly number[],
): number {
  let sum = 0;
  let count = 0;
  for (let q = first; q < map.destinations; q++) {
    const sources = sourcesOf(q);
    if (sources.length === 0) continue;
    const row = rowOf(map, q);
    count++;
    for (const source of sources) sum += row[source]!;
  }
  return count > 0 ? sum / count : 0;
}

/** Mean over rows of −Σ a log₂ a. */
function meanEntropy(map: AttentionMap): number {
  let sum = 0;
  for (const weight of map.weights) if (weight > 0) sum -= weight * Math.log2(weight);
  return sum / map.destinations;
}
