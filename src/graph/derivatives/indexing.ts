import { tensor } from '../../tensor/index.js';
import type { GraphBuilder } from '../builder.js';
import { type Dimension, resolveAxis, type Value } from '../value.js';
import { arithmetic } from './arithmetic.js';
import { filled } from './broadcasting.js';
import type { Rule } from './rule.js';

/** Whole numbers stay exact in float32 up to here: more rows than any vocabulary has. */
const exactBelow = 2 ** 24;

/**
 * Reading by an index is a product with a matrix of zeros and ones; going back is the product with its transpose, which
 * adds up what was read twice. Unlike a scatter it gives one result on every backend.
 */
export const gather: Rule<'Gather'> = ({ graph, inputs: [x, index], attributes, adjoint }) => [
  () => {
    const axis = resolveAxis(attributes.axis, x!.shape.length);
    return place(graph, x!, axis, readLast(graph, adjoint, axis, index!.shape), index!);
  },
  noIndexDerivative,
];

export const gatherTuples: Rule<'GatherND'> = ({ graph, inputs: [x, index], attributes, adjoint }) => [
  () => {
    if (attributes.batch_dims === 0) {
      // The tuples differ, so that no element is added to twice.
      return graph.apply('ScatterND', [filled(graph, x!, 0), index!, adjoint], { reduction: 'add' });
    }
    const [batch, read, depth] = index!.shape;
    if (attributes.batch_dims !== 1 || index!.shape.length !== 3 || depth !== 1) {
      throw new RangeError('GatherND has a derivative only where each row of a batch is read along one axis');
    }
    const last = readLast(graph, adjoint, 1, [read!]);
    const outer = x!.shape.slice(2).map(() => 1);
    const each = graph.apply('Reshape', [index!], { shape: [batch!, ...outer, read!] });
    // The batch axis may have another name in the index than in x.
    return graph.applyAs(x!, 'Identity', [place(graph, x!, 1, last, each)], {});
  },
  noIndexDerivative,
];

export const gatherElements: Rule<'GatherElements'> = ({
  graph,
  inputs: [x, index],
  attributes,
  adjoint,
}) => [
  () =>
    graph.apply('ScatterElements', [filled(graph, x!, 0), index!, adjoint], {
      ...attributes,
      reduction: 'add',
    }),
  noIndexDerivative,
];

/** What was added is moved with the elements that it was added to. */
export const scatterElements: Rule<'ScatterElements'> = ({
  graph,
  inputs: [, index],
  attributes,
  adjoint,
}) => [
  () => adjoint,
  noIndexDerivative,
  () => graph.apply('GatherElements', [adjoint, index!], { axis: attributes.axis }),
];

export const scatterTuples: Rule<'ScatterND'> = ({ graph, inputs: [, index, added], adjoint }) => [
  () => adjoint,
  noIndexDerivative,
  () => graph.applyAs(added!, 'GatherND', [adjoint, index!], { batch_dims: 0 }),
];

export const largest: Rule<'TopK'> = ({ graph, inputs: [x], outputs: [, indices], adjoint }) => [
  () => {
    const chosen = graph.apply('Equal', [
      graph.apply('Unsqueeze', [asFloat(graph, indices!)], { axes: [-1] }),
      range(graph, x!, x!.shape.length - 1),
    ]);
    const hot = graph.apply('Cast', [chosen], { to: 'F32' }); // […, k, size]
    const placed = graph.apply('MatMul', [graph.apply('Unsqueeze', [adjoint], { axes: [-2] }), hot]);
    return graph.apply('Squeeze', [placed], { axes: [-2] });
  },
];

/** Zeros around the adjoint where the size is known; else each part is placed by its index. */
export const slice: Rule<'Slice'> = ({ graph, inputs: [x], attributes, adjoint }) => [
  () => {
    const axis = resolveAxis(attributes.axis, x!.shape.length);
    const { start, end } = attributes;
    const size = x!.shape[axis]!;
    if (typeof size !== 'number') {
      const indices = BigInt64Array.from({ length: end - start }, (_, i) => BigInt(start + i));
      const index = graph.constant(tensor('I64', [indices.length], indices));
      return place(graph, x!, axis, readLast(graph, adjoint, axis, index.shape), index);
    }
    const zeros = (from: number, to: number) =>
      from === to ? [] : [filled(graph, graph.apply('Slice', [x!], { axis, start: from, end: to }), 0)];
    const parts = [...zeros(0, start), adjoint, ...zeros(end, size)];
    return parts.length === 1 ? adjoint : graph.apply('Concat', parts, { axis });
  },
];

/** Moves the axes of what was read, which stand at `axis`, to the end, and makes one of them: […, read]. */
function readLast(graph: GraphBuilder, rows: Value, axis: number, read: readonly Dimension[]): Value {
  const axes = [...rows.shape.keys()];
  const moved = axes.splice(axis, read.length);
  const perm = [...axes, ...moved];
  const last = perm.every((from, to) => from === to) ? rows : graph.apply('Transpose', [rows], { perm });
  if (read.length === 0) return graph.apply('Unsqueeze', [last], { axes: [-1] });
  if (read.length === 1) return last;
  return graph.apply('Reshape', [last], {
    shape: [...axes.map((from) => rows.shape[from]!), together(read)],
  });
}

/** Zeros in the shape of x, with what was read added where `index` says: rows […, read], index [(batch, 1 …,) read]. */
function place(graph: GraphBuilder, x: Value, axis: number, rows: Value, index: Value): Value {
  const read = graph.apply('Unsqueeze', [asFloat(graph, flatIndex(graph, index, rows))], { axes: [-1] });
  const chosen = graph.apply('Equal', [read, range(graph, x, axis)]);
  const hot = graph.apply('Cast', [chosen], { to: 'F32' }); // [(batch, 1 …,) read, size]
  // A product needs two axes: a row of its own where x has one axis, or one besides the batch.
  const alone = hot.shape.length > rows.shape.length;
  const matrix = alone ? graph.apply('Unsqueeze', [rows], { axes: [-2] }) : rows;
  const placed = graph.apply('MatMul', [matrix, hot]);
  const full = alone ? graph.apply('Squeeze', [placed], { axes: [-2] }) : placed; // […, size]
  const perm = [...x.shape.keys()].slice(0, -1);
  perm.splice(axis, 0, x.shape.length - 1);
  return perm.every((from, to) => from === to) ? full : graph.apply('Transpose', [full], { perm });
}

/** The index with the one axis that {@link readLast} made of its axes. */
function flatIndex(graph: GraphBuilder, index: Value, rows: Value): Value {
  if (index.shape.length > 0 && index.shape.at(-1) === rows.shape.at(-1)) return index;
  return graph.apply('Reshape', [index], { shape: [rows.shape.at(-1)!] });
}

/** 0, 1, 2 … along one axis of x, float32 [size]: also where the size is known only when the graph runs. */
function range(graph: GraphBuilder, x: Value, axis: number): Value {
  const size = x.shape[axis]!;
  if (typeof size === 'number' && size > exactBelow)
    throw new RangeError(`an axis of ${size} is too long to be indexed`);
  let line = x;
  for (const other of x.shape.keys()) {
    if (other !== axis) line = graph.apply('Slice', [line], { axis: other, start: 0, end: 1 });
  }
  const flat = graph.apply('Reshape', [filled(graph, line, 1)], { shape: [size] });
  return arithmetic(graph).subtract(graph.apply('CumSum', [flat], { axis: 0 }), 1);
}

function asFloat(graph: GraphBuilder, index: Value): Value {
  return graph.apply('Cast', [index], { to: 'F32' });
}

/** The size of several axes as one: a number, or a name where one of them is known only when the graph runs. */
function together(sizes: readonly Dimension[]): Dimension {
  const numbers = sizes.filter((size) => typeof size === 'number');
  return numbers.length === sizes.length ? numbers.reduce((a, b) => a * b, 1) : sizes.join('*');
}

function noIndexDerivative(): never {
  throw new RangeError('an index has no derivative');
}
