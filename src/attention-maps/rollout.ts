import { type AttentionMap, mapWeights, multiplyMaps, normalizeRows } from './attention-map.js';

export interface ResidualOptions {
  /** The share of the residual connection, from 0 (attention alone) to 1; 0.5 by default. */
  readonly residual?: number | undefined;
}

export interface RolloutOptions extends ResidualOptions {
  /** The layer that rollout starts from, counted from 0; what stands below counts as the input. */
  readonly start?: number | undefined;
}

/** (1 − residual) · A + residual · I with rows that sum to 1: the map of a layer with its residual connection. */
export function withResidual(map: AttentionMap, { residual = 0.5 }: ResidualOptions = {}): AttentionMap {
  const mixed = mapWeights(map, (weight) => (1 - residual) * weight);
  for (let i = 0; i < map.destinations; i++) mixed.weights[i * map.sources + i]! += residual;
  return normalizeRows(mixed);
}

/** The products of maps, each with those below it: the last one leads from the top layer to the input. */
export function accumulate(maps: readonly AttentionMap[]): AttentionMap[] {
  const products: AttentionMap[] = [];
  for (const map of maps) {
    const below = products.at(-1);
    products.push(below ? multiplyMaps(map, below) : map);
  }
  return products;
}

/**
 * Attention rollout (Abnar and Zuidema 2020, https://arxiv.org/abs/2005.00928, §3.2): Â = 0.5 · A + 0.5 · I,
 * R₀ = Â₀, R_l = Â_l · R_{l−1}.
 * @param maps One for each layer, from the first, heads already made one (see `layerMap`).
 * @returns The rollout up to each layer, from the layer it starts at.
 */
export function rollout(
  maps: readonly AttentionMap[],
  { start = 0, ...options }: RolloutOptions = {},
): AttentionMap[] {
  return accumulate(maps.slice(start).map((map) => withResidual(map, options)));
}
