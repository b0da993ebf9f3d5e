import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';
import { linear } from './linear.js';
import { byDistance } from './relative-buckets.js';

/** Relative positions as DeBERTa has them: rows of a table, one for each distance or bucket of distances. */
export interface RelativePlaces {
  /** The table, [2 · span, width]. */
  readonly table: Value;
  /** Row of each pair of positions, I64 [batch, 1, destination, source]. */
  readonly rows: Value;
  readonly span: number;
}

/** What the scores of one layer get for the places of queries and keys. */
export interface DisentangledAttention extends RelativePlaces {
  readonly width: number;
  readonly heads: number;
  /** Factor of each product, that of q · k. */
  readonly scale: number;
  /** Name of the projection of positions into keys, for content to position; undefined where there is none of it. */
  readonly positionKey: string | undefined;
  /** Name of the projection of positions into queries, for position to content; undefined where there is none of it. */
  readonly positionQuery: string | undefined;
}

/**
 * Disentangled attention (He et al. 2020, https://arxiv.org/abs/2006.03654, §3.1, eq. 4): scale · (q_i · k'_δ(i,j) +
 * k_j · q'_δ(i,j)), where k' and q' are projections of the table of distances. A function of the queries and keys by
 * head, [batch, head, position, feature], for {@link AttentionShape.relative}; undefined where there is neither part.
 */
export function disentangled(context: BuildContext, attention: DisentangledAttention) {
  const { graph } = context;
  const { table, rows, span, width, heads, scale, positionKey, positionQuery } = attention;
  if (positionKey === undefined && positionQuery === undefined) return undefined;
  const projected = (name: string) => {
    const all = linear(context, table, name, { from: width, to: width });
    const byHead = graph.apply('Reshape', [all], { shape: [2 * span, heads, width / heads] });
    return graph.apply('Transpose', [byHead], { perm: [1, 0, 2] }); // [head, 2 · span, feature]
  };
  const looked = (x: Value, name: string, index: Value) => {
    const products = graph.apply('FusedMatMul', [x, projected(name)], { transB: 1, alpha: scale });
    return graph.apply('GatherElements', [products, ofEach(context, index, products)], { axis: -1 });
  };
  return (query: Value, key: Value): Value => {
    const parts: Value[] = [];
    if (positionKey !== undefined) parts.push(looked(query, positionKey, rows));
    if (positionQuery !== undefined) {
      const bySource = graph.apply('Transpose', [rows], { perm: [0, 1, 3, 2] });
      const found = looked(key, positionQuery, bySource); // [batch, head, source, destination]
      parts.push(graph.apply('Transpose', [found], { perm: [0, 1, 3, 2] }));
    }
    return parts.reduce((sum, part) => graph.apply('Add', [sum, part]));
  };
}

/** The index for each head and row of x, which may have more rows than the inputs: an edit that is tried several times. */
function ofEach({ graph }: BuildContext, index: Value, x: Value): Value {
  const one = graph.apply('Slice', [x], { axis: -1, start: 0, end: 1 });
  const truth = graph.apply('Cast', [graph.apply('Cast', [one], { to: 'BOOL' })], { to: 'I64' });
  const none = graph.apply('Mul', [truth, graph.constant(tensor('I64', [], BigInt64Array.of(0n)))]);
  return graph.apply('Add', [index, none]);
}

/**
 * The row of each pair of positions, destination − source + span, kept within the table, I64 [batch, 1, destination,
 * source]. With buckets distances beyond half of them share rows by their logarithm: see {@link logBucket}.
 */
export function relativeRows(
  context: BuildContext,
  reach: number,
  span: number,
  buckets: { readonly count: number; readonly farthest: number } | undefined,
): Value {
  const rows = BigInt64Array.from({ length: 2 * reach - 1 }, (_, i) => {
    const distance = reach - 1 - i; // from a destination back to its source
    const bucket = buckets ? logBucket(distance, buckets.count, buckets.farthest) : distance;
    return BigInt(Math.min(Math.max(bucket + span, 0), 2 * span - 1));
  });
  return byDistance(context, context.graph.constant(tensor('I64', [rows.length, 1], rows)), reach);
}

/**
 * The bucket of a distance, of the same sign (https://github.com/microsoft/DeBERTa, `make_log_bucket_position`): the
 * distance itself up to half of the buckets, beyond it its logarithm. Rounded to float32 at each step, as transformers
 * does it: a distance on a border stays in its bucket.
 */
export function logBucket(distance: number, count: number, farthest: number): number {
  const middle = Math.floor(count / 2);
  const size = Math.abs(distance);
  if (size <= middle) return distance;
  const [part, whole] = [size, farthest - 1].map((each) =>
    Math.fround(Math.log(Math.fround(each / middle))),
  ) as [number, number];
  const steps = Math.fround(Math.fround(part / whole) * (middle - 1));
  return Math.sign(distance) * (Math.ceil(steps) + middle);
}
