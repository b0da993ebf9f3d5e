import {
  type AttentionMap,
  addMaps,
  attentionMap,
  identityMap,
  mapWeights,
  multiplyMaps,
  normalizeRows,
  rowOf,
} from './attention-map.js';

/**
 * mean over heads of max(∇A ⊙ A, 0), the weights of a layer in gradient × attention (Chefer et al. 2021,
 * https://arxiv.org/abs/2103.15679, equation 5).
 * @param heads The maps of its heads.
 * @param gradients The derivatives of the target with respect to them.
 */
export function positiveGradientWeights(
  heads: readonly AttentionMap[],
  gradients: readonly AttentionMap[],
): AttentionMap {
  const { destinations, sources } = heads[0]!;
  const sum = new Float64Array(destinations * sources);
  for (const [head, { weights }] of heads.entries()) {
    const slopes = gradients[head]!.weights;
    for (let i = 0; i < sum.length; i++) sum[i]! += Math.max(weights[i]! * slopes[i]!, 0) / heads.length;
  }
  return attentionMap(destinations, sources, sum);
}

/**
 * Relevance of the input to each position through layers of self-attention: R ← I, then R ← R + Ā · R for each layer
 * (equation 6).
 * @param layers Ā of each layer, from the first; see {@link positiveGradientWeights}.
 */
export function relevance(layers: readonly AttentionMap[]): AttentionMap {
  return layers.reduce(
    (sum, weights) => addMaps(sum, multiplyMaps(weights, sum)),
    identityMap(layers[0]!.destinations),
  );
}

/** What a step of cross-attention reads: s are the positions that attend, q those that are attended to. */
export interface CrossRelevance {
  /** Relevance of the own input to each attending position, R^ss. */
  readonly own: AttentionMap;
  /** Relevance of the other input to each of its positions, R^qq. */
  readonly other: AttentionMap;
  /** Relevance of the other input to each attending position so far, R^sq; zeros before the first layer. */
  readonly cross: AttentionMap;
}

/**
 * A layer of cross-attention: R^sq ← R^sq + norm(R^ss)ᵀ · Ā · norm(R^qq) (equation 10), where norm divides the rows of
 * R − I by their sums and adds I again (equations 8 and 9).
 * @param weights Ā of its heads, attending by attended.
 */
export function crossRelevance({ own, other, cross }: CrossRelevance, weights: AttentionMap): AttentionMap {
  const through = multiplyMaps(multiplyMaps(transpose(normalized(own)), weights), normalized(other));
  return addMaps(cross, through);
}

/** The weights Ā of the layers of an encoder-decoder, from the first; see {@link positiveGradientWeights}. */
export interface EncoderDecoderWeights {
  readonly encoder: readonly AttentionMap[];
  readonly decoder: readonly AttentionMap[];
  readonly cross: readonly AttentionMap[];
}

/**
 * Relevance of all that an encoder-decoder reads to each position of its decoder: the sources are the encoder's positions,
 * then the decoder's. A layer of the decoder first adds its self-attention to both (equations 6 and 7), then its
 * cross attention (equation 10).
 */
export function encoderDecoderRelevance({ encoder, decoder, cross }: EncoderDecoderWeights): AttentionMap {
  const other = relevance(encoder);
  let own = identityMap(decoder[0]!.destinations);
  let between = attentionMap(own.destinations, other.sources);
  for (const [layer, weights] of decoder.entries()) {
    between = addMaps(between, multiplyMaps(weights, between));
    own = addMaps(own, multiplyMaps(weights, own));
    between = crossRelevance({ own, other, cross: between }, cross[layer]!);
  }
  return sideBySide(between, own);
}

/** The sources of one map, then those of another. */
function sideBySide(first: AttentionMap, second: AttentionMap): AttentionMap {
  const joined = attentionMap(first.destinations, first.sources + second.sources);
  for (let destination = 0; destination < first.destinations; destination++) {
    const row = rowOf(joined, destination);
    row.set(rowOf(first, destination));
    row.set(rowOf(second, destination), first.sources);
  }
  return joined;
}

/** (R − I) with rows that sum to 1, plus I. */
function normalized(map: AttentionMap): AttentionMap {
  const identity = identityMap(map.destinations);
  return addMaps(normalizeRows(mapWeights(map, (weight, i) => weight - identity.weights[i]!)), identity);
}

function transpose({ destinations, sources, weights }: AttentionMap): AttentionMap {
  const turned = attentionMap(sources, destinations);
  for (const [i, weight] of weights.entries()) {
    turned.weights[(i % sources) * destinations + Math.floor(i / sources)] = weight;
  }
  return turned;
}
