import { type Tensor, tensor } from '../tensor/index.js';
import { type AttentionMap, addMaps, attentionMap, mapWeights, type Reduction } from './attention-map.js';
import { positiveGradientWeights } from './relevance.js';

/**
 * The maps of the heads of a layer: a tensor [head, destination, source], such as the value of
 * `blocks.0.attn.hook_pattern`.
 */
export function headMaps(pattern: Tensor): AttentionMap[] {
  const { heads, destinations, sources } = sizesOf(pattern);
  return Array.from({ length: heads }, (_, head) =>
    attentionMap(destinations, sources, weightsOfHead(pattern, head)),
  );
}

/** One map for a layer from the patterns of its heads, [head, destination, source]. */
export function layerMap(pattern: Tensor, how: Reduction = 'mean'): AttentionMap {
  const heads = new HeadReduction(how);
  heads.add(pattern);
  return heads.map();
}

/** One map for a layer whose heads come some at a time: no more than one map is held. */
export class HeadReduction {
  readonly #how: Reduction;
  #reduced: AttentionMap | undefined;
  #heads = 0;

  constructor(how: Reduction = 'mean') {
    this.#how = how;
  }

  /** @param pattern of some heads, [head, destination, source] */
  add(pattern: Tensor): void {
    const { heads, destinations, sources } = sizesOf(pattern);
    for (let head = 0; head < heads; head++) {
      const own = weightsOfHead(pattern, head);
      this.#heads++;
      if (!this.#reduced) {
        this.#reduced = attentionMap(destinations, sources, own);
        continue;
      }
      const { weights } = this.#reduced;
      for (let i = 0; i < weights.length; i++) {
        if (this.#how === 'mean') weights[i]! += own[i]!;
        else
          weights[i] = this.#how === 'max' ? Math.max(weights[i]!, own[i]!) : Math.min(weights[i]!, own[i]!);
      }
    }
  }

  /** The map of the heads that were added. @throws RangeError where there are none. */
  map(): AttentionMap {
    const reduced = this.#reduced;
    if (!reduced) throw new RangeError('no head to reduce');
    return this.#how === 'mean' ? mapWeights(reduced, (weight) => weight / this.#heads) : reduced;
  }
}

/** mean over heads of max(∇A ⊙ A, 0) from tensors [head, destination, source]; see {@link positiveGradientWeights}. */
export function positiveLayerWeights(pattern: Tensor, gradient: Tensor): AttentionMap {
  const { heads, destinations, sources } = sizesOf(pattern);
  const mapOf = (value: Tensor, head: number) => [
    attentionMap(destinations, sources, weightsOfHead(value, head)),
  ];
  let sum = attentionMap(destinations, sources);
  for (let head = 0; head < heads; head++) {
    const own = positiveGradientWeights(mapOf(pattern, head), mapOf(gradient, head));
    sum = addMaps(
      sum,
      mapWeights(own, (weight) => weight / heads),
    );
  }
  return sum;
}

function sizesOf({ shape }: Tensor) {
  const [heads, destinations, sources] = shape as [number, number, number];
  if (shape.length !== 3)
    throw new RangeError(`a pattern has the axes head, destination, source, not ${shape.length}`);
  return { heads, destinations, sources };
}

function weightsOfHead({ shape, data }: Tensor, head: number): Float32Array {
  const size = shape[1]! * shape[2]!;
  return (data as Float32Array).subarray(head * size, (head + 1) * size);
}

/** A map as a tensor [destination, source], or several of equal size as [layer, destination, source]. */
export function mapTensor(maps: AttentionMap | readonly AttentionMap[]): Tensor<'F32'> {
  if ('weights' in maps) {
    const { destinations, sources, weights } = maps;
    return tensor('F32', [destinations, sources], Float32Array.from(weights), ['destination', 'source']);
  }
  const { destinations, sources } = maps[0]!;
  const data = new Float32Array(maps.length * destinations * sources);
  for (const [i, { weights }] of maps.entries()) data.set(weights, i * weights.length);
  return tensor('F32', [maps.length, destinations, sources], data, ['layer', 'destination', 'source']);
}
