import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';

/**
 * For each pair of positions the entry of a table of distances: values, [distance, head], for the distances 1 − reach …
 * reach − 1 from a destination to its source; result [batch, head, destination, source].
 */
export function byDistance({ graph, inputs }: BuildContext, values: Value, reach: number): Value {
  const [destination, source] = [2, 1].map((axis) =>
    graph.apply('Unsqueeze', [inputs.positions], { axes: [axis] }),
  );
  const offset = graph.constant(tensor('I64', [], BigInt64Array.of(BigInt(reach - 1))));
  const distance = graph.apply('Add', [graph.apply('Sub', [source!, destination!]), offset]);
  const found = graph.apply('Gather', [values, distance], { axis: 0 }); // [batch, destination, source, head]
  return graph.apply('Transpose', [found], { perm: [0, 3, 1, 2] });
}

/**
 * The bucket of each distance 1 − reach … reach − 1 from a destination to its source (Raffel et al. 2020,
 * https://arxiv.org/abs/1910.10683, §2.1), for attention to both sides: half of the buckets are for sources behind
 * the destination; half of each side are single distances, and the others grow with the logarithm up to `farthest`.
 */
export function relativeBuckets(
  reach: number,
  buckets: number,
  farthest: number,
): BigInt64Array<ArrayBuffer> {
  const side = Math.floor(buckets / 2);
  const single = Math.floor(side / 2);
  return BigInt64Array.from({ length: 2 * reach - 1 }, (_, i) => {
    const distance = i - (reach - 1);
    const size = Math.abs(distance);
    return BigInt(
      (distance > 0 ? side : 0) + (size < single ? size : farBucket(size, side, single, farthest)),
    );
  });
}

/** Rounded to float32 at each step, as transformers does it: a distance on a border stays in its bucket. */
function farBucket(size: number, side: number, single: number, farthest: number): number {
  const logarithm = Math.fround(Math.log(Math.fround(size / single)));
  const part = Math.fround(logarithm / Math.fround(Math.log(farthest / single)));
  const bucket = single + Math.trunc(Math.fround(part * (side - single)));
  return Math.min(bucket, side - 1);
}
