/** Weights of destinations (rows) on sources (columns), in double precision. */
export interface AttentionMap {
  readonly destinations: number;
  readonly sources: number;
  /** Row-major: the weight of source s for destination d is at d · sources + s. */
  readonly weights: Float64Array;
}

/** Ways in which the heads of a layer, or several maps, become one: cell by cell. */
export const reductions = ['mean', 'max', 'min'] as const;
export type Reduction = (typeof reductions)[number];

/**
 * A map over weights in row-major order.
 * @throws RangeError when their number is not destinations · sources.
 */
export function attentionMap(
  destinations: number,
  sources: number,
  weights: ArrayLike<number> = new Float64Array(destinations * sources),
): AttentionMap {
  if (weights.length !== destinations * sources) {
    throw new RangeError(
      `a map of ${destinations} by ${sources} needs ${destinations * sources} weights, not ${weights.length}`,
    );
  }
  return {
    destinations,
    sources,
    weights: weights instanceof Float64Array ? weights : Float64Array.from(weights),
  };
}

/** A map that leaves every position as it is. */
export function identityMap(size: number): AttentionMap {
  const map = attentionMap(size, size);
  for (let i = 0; i < size; i++) map.weights[i * size + i] = 1;
  return map;
}

/** The weights of one destination: a view. */
export function rowOf({ sources, weights }: AttentionMap, destination: number): Float64Array {
  return weights.subarray(destination * sources, (destination + 1) * sources);
}

/** A map with each weight changed. */
export function mapWeights(
  { destinations, sources, weights }: AttentionMap,
  change: (weight: number, index: number) => number,
): AttentionMap {
  return { destinations, sources, weights: weights.map(change) };
}

/** Each row divided by its sum; rows of zeros stay zero. */
export function normalizeRows({ destinations, sources, weights }: AttentionMap): AttentionMap {
  const normalized = weights.slice();
  for (let row = 0; row < destinations; row++) {
    const cells = normalized.subarray(row * sources, (row + 1) * sources);
    const sum = cells.reduce((a, b) => a + b, 0);
    if (sum !== 0) for (let i = 0; i < sources; i++) cells[i]! /= sum;
  }
  return { destinations, sources, weights: normalized };
}

/** The sum of two maps of one size, cell by cell. */
export function addMaps(a: AttentionMap, b: AttentionMap): AttentionMap {
  return mapWeights(a, (weight, i) => weight + b.weights[i]!);
}

/** The product of matrices a · b: what b's sources give to a's destinations through the positions between. */
export function multiplyMaps(a: AttentionMap, b: AttentionMap): AttentionMap {
  if (a.sources !== b.destinations) {
    throw new RangeError(`maps with ${a.sources} sources and ${b.destinations} destinations do not follow`);
  }
  const product = attentionMap(a.destinations, b.sources);
  for (let row = 0; row < a.destinations; row++) {
    const target = rowOf(product, row);
    for (let between = 0; between < a.sources; between++) {
      const weight = a.weights[row * a.sources + between]!;
      if (weight === 0) continue;
      const source = rowOf(b, between);
      for (let i = 0; i < target.length; i++) target[i]! += weight * source[i]!;
    }
  }
  return product;
}

/** One map from several of equal size, cell by cell. */
export function reduceMaps(maps: readonly AttentionMap[], how: Reduction = 'mean'): AttentionMap {
  const [first, ...rest] = maps;
  if (!first) throw new RangeError('no map to reduce');
  const result = first.weights.slice();
  for (const { weights } of rest) {
    for (let i = 0; i < result.length; i++) {
      if (how === 'mean') result[i]! += weights[i]!;
      else result[i] = how === 'max' ? Math.max(result[i]!, weights[i]!) : Math.min(result[i]!, weights[i]!);
    }
  }
  if (how === 'mean') for (let i = 0; i < result.length; i++) result[i]! /= maps.length;
  return { destinations: first.destinations, sources: first.sources, weights: result };
}

/**
 * A map of groups of positions: what goes to the sources of a group is added up, and of the destinations of a group the mean is
 * taken, so that rows that sum to 1 still do.
 * @param destinations the positions of each group
 */
export function joinPositions(
  map: AttentionMap,
  destinations: readonly (readonly number[])[],
  sources: readonly (readonly number[])[],
): AttentionMap {
  const joined = attentionMap(destinations.length, sources.length);
  for (const [row, members] of destinations.entries()) {
    const cells = rowOf(joined, row);
    for (const member of members) {
      const weights = rowOf(map, member);
      for (const [column, group] of sources.entries()) {
        for (const source of group) cells[column]! += weights[source]! / members.length;
      }
    }
  }
  return joined;
}
