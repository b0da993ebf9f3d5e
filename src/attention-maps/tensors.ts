import { type Tensor, tensor } from '../tensor/index.js';
import { type AttentionMap, attentionMap, type Reduction, reduceMaps } from './attention-map.js';

/**
 * The maps of the heads of a layer: a tensor [head, destination, source], such as the value of
 * `blocks.0.attn.hook_pattern`.
 */
export function headMaps({ shape, data }: Tensor): AttentionMap[] {
  const [heads, destinations, sources] = shape as [number, number, number];
  if (shape.length !== 3)
    throw new RangeError(`a pattern has the axes head, destination, source, not ${shape.length}`);
  const size = destinations * sources;
  return Array.from({ length: heads }, (_, head) =>
    attentionMap(destinations, sources, (data as Float32Array).subarray(head * size, (head + 1) * size)),
  );
}

/** One map for a layer from the patterns of its heads, [head, destination, source]. */
export function layerMap(pattern: Tensor, how: Reduction = 'mean'): AttentionMap {
  return reduceMaps(headMaps(pattern), how);
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
