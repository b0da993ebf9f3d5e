import { tensor } from '../../tensor/index.js';
import type { GraphBuilder } from '../builder.js';
import { type Dimension, resolveAxis, type Value } from '../value.js';
import { arithmetic } from './arithmetic.js';
import { filled } from './broadcasting.js';
import type { Rule } from './rule.js';

/** Whole numbers stay exact in float32 up to here: more rows than any vocabulary has. */
const exactBelow = 2 ** 24;

/**
 * Reading rows by an index is a product with a matrix of zeros and ones; going back is the product with its
 * transpose, which adds up rows that were read twice. Unlike a scatter it has one result on every backend.
 */
export const gather: Rule<'Gather'> = ({ graph, inputs: [x, index], attributes, adjoint }) => [
  () => {
    const axis = resolveAxis(attributes.axis, x!.shape.length);
    const flat = graph.apply('Reshape', [index!], { shape: [product(index!.shape)] });
    const [before, after] = [x!.shape.slice(0, axis), x!.shape.slice(axis + 1)];
    const rows = graph.apply('Reshape', [adjoint], { shape: [...before, flat.shape[0]!, ...after] });
    return place(graph, rows, axis, flat, x!);
  },
  noIndexDerivative,
];

export const gatherElements: Rule<'GatherND'> = ({ graph, inputs: [x, index], attributes, adjoint }) => [
  () => {
    const rank = x!.shape.length;
    const { batch_dims: batch } = attributes;
    if (batch !== 1 || index!.shape.length !== 3 || index!.shape[2] !== 1 || rank > 3) {
      throw new RangeError(
        'GatherND has a derivative only for rows or elements of a batch, by one index each',
      );
    }
    // [batch, size, k] against [batch, k, …]
    const wanted = graph.apply('Reshape', [asFloat(graph, index!)], {
      shape: [index!.shape[0]!, 1, index!.shape[1]!],
    });
    const hot = equals(graph, graph.apply('Unsqueeze', [range(graph, x!, 1)], { axes: [1] }), wanted);
    if (rank === 3) return graph.apply('MatMul', [hot, adjoint]);
    const column = graph.apply('MatMul', [hot, graph.apply('Unsqueeze', [adjoint], { axes: [2] })]);
    return graph.apply('Squeeze', [column], { axes: [2] });
  },
  noIndexDerivative,
];

/** Zeros around the adjoint, where the size is known; else each row is placed by its index. */
export const slice: Rule<'Slice'> = ({ graph, inputs: [x], attributes, adjoint }) => [
  () => {
    const axis = resolveAxis(attributes.axis, x!.shape.length);
    const { start, end } = attributes;
    const size = x!.shape[axis]!;
    if (typeof size === 'number') {
      const zeros = (from: number, to: number) =>
        from === to ? [] : [filled(graph, graph.apply('Slice', [x!], { axis, start: from, end: to }), 0)];
      const parts = [...zeros(0, start), adjoint, ...zeros(end, size)];
      return parts.length === 1 ? adjoint : graph.apply('Concat', parts, { axis });
    }
    const indices = BigInt64Array.from({ length: end - start }, (_, i) => BigInt(start + i));
    return place(graph, adjoint, axis, graph.constant(tensor('I64', [indices.length], indices)), x!);
  },
];

/** Zeros in the shape of x, and row i of `rows` added at `index[i]` of the axis. */
function place(graph: GraphBuilder, rows: Value, axis: number, index: Value, x: Value): Value {
  const rank = x.shape.length;
  const positions = graph.apply('Unsqueeze', [range(graph, x, axis)], { axes: [1] });
  const hot = equals(graph, positions, graph.apply('Unsqueeze', [asFloat(graph, index)], { axes: [0] })); // [size, k]
  if (rank === 1) {
    const column = graph.apply('MatMul', [hot, graph.apply('Unsqueeze', [rows], { axes: [1] })]);
    return graph.apply('Squeeze', [column], { axes: [1] });
  }
  if (axis === rank - 1) return graph.apply('FusedMatMul', [rows, hot], { transB: 1 });
  const perm = x.shape.map((_, at) => (at === axis ? rank - 2 : at === rank - 2 ? axis : at));
  if (axis === rank - 2) return graph.apply('MatMul', [hot, rows]);
  const swapped = graph.apply('Transpose', [rows], { perm });
  return graph.apply('Transpose', [graph.apply('MatMul', [hot, swapped])], { perm });
}

/** 0, 1, 2 … along one axis of x, float32 [size]: also where the size is known only when the graph runs. */
function range(graph: GraphBuilder, x: Value, axis: number): Value {
  const size = x.shape[axis]!;
  if (typeof size === 'number' && size > exactBelow)
    throw new RangeError(`an axis of ${size} is too long to be indexed`);
  const { subtract } = arithmetic(graph);
  let line = x;
  for (const other of x.shape.keys()) {
    if (other !== axis) line = graph.apply('Slice', [line], { axis: other, start: 0, end: 1 });
  }
  const flat = graph.apply('Reshape', [filled(graph, line, 1)], { shape: [size] });
  return subtract(graph.apply('CumSum', [flat], { axis: 0 }), 1);
}

function equals(graph: GraphBuilder, a: Value, b: Value): Value {
  return graph.apply('Cast', [graph.apply('Equal', [a, b])], { to: 'F32' });
}

function asFloat(graph: GraphBuilder, index: Value): Value {
  return graph.apply('Cast', [index], { to: 'F32' });
}

/** The size of several axes as one: a number, or a name where one of them is known only when the graph runs. */
function product(shape: readonly Dimension[]): Dimension {
  return shape.every((size) => typeof size === 'number')
    ? shape.reduce<number>((a, b) => a * (b as number), 1)
    : shape.join('*');
}

function noIndexDerivative(): never {
  throw new RangeError('an index has no derivative');
}
