import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';

/**
 * For each pair of positions the entry of a table of distances: values, [distance, head], for the distances 1 − reach …
 * reach − 1 from a destination to its source; result [batch, head, destination, source], sources from the past included.
 * @param clipped whether texts may be longer than that, and all distances beyond the table have its last entries
 */
export function byDistance(context: BuildContext, values: Value, reach: number, clipped = false): Value {
  const { graph, inputs } = context;
  const destination = graph.apply('Unsqueeze', [inputs.positions], { axes: [2] });
  const source = graph.apply('Unsqueeze', [sourcePositions(context)], { axes: [1] });
  const offset = graph.constant(tensor('I64', [], BigInt64Array.of(BigInt(reach - 1))));
  const whole = graph.apply('Add', [graph.apply('Sub', [source, destination]), offset]);
  const distance = clipped ? clip(context, whole, 2 * reach - 2) : whole;
  const found = graph.apply('Gather', [values, distance], { axis: 0 }); // [batch, destination, source, head]
  return graph.apply('Transpose', [found], { perm: [0, 3, 1, 2] });
}

/** Position of each source in its text, I64 [batch, source]. */
function sourcePositions({ graph, inputs, past }: BuildContext): Value {
  if (!past) return inputs.positions;
  const mask = graph.apply('Concat', [past.mask, inputs.mask], { axis: 1 });
  const count = graph.apply('CumSum', [mask], { axis: 1 });
  return graph.apply('Cast', [graph.apply('Sub', [count, graph.scalar(1)])], { to: 'I64' });
}

/** Between 0 and `most`; distances are far below 2²⁴, so float32 holds them exactly. */
function clip({ graph }: BuildContext, x: Value, most: number): Value {
  const clipped = graph.apply('Clip', [graph.apply('Cast', [x], { to: 'F32' })], { min: 0, max: most });
  return graph.apply('Cast', [clipped], { to: 'I64' });
}

/**
 * The bucket of each distance 1 − reach … reach − 1 from a destination to its source (Raffel et al. 2020,
 * https://arxiv.org/abs/1910.10683, §2.1). Of attention to both sides half of the buckets are for sources behind the
 * destination; of attention to earlier positions only all are for those. Half of each side are single distances, and
 * the others grow with the logarithm up to `farthest`.
 */
export function relativeBuckets(
  reach: number,
  buckets: number,
  farthest: number,
  bothSides = true,
): BigInt64Array<ArrayBuffer> {
  const side = bothSides ? Math.floor(buckets / 2) : buckets;
  const single = Math.floor(side / 2);
  return BigInt64Array.from({ length: 2 * reach - 1 }, (_, i) => {
    const distance = i - (reach - 1);
    const behind = distance > 0;
    const size = behind && !bothSides ? 0 : Math.abs(distance);
    return BigInt(
      (behind && bothSides ? side : 0) + (size < single ? size : farBucket(size, side, single, farthest)),
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
