import type { GraphBuilder } from '../builder.js';
import { type Dimension, formatShape, type Value } from '../value.js';

/** A value of the same shape that is `fill` everywhere: sizes that are known only when the graph runs need no operator. */
export function filled(graph: GraphBuilder, like: Value, fill: 0 | 1): Value {
  return graph.apply('Clip', [like], { min: fill, max: fill });
}

/** Undoes broadcasting: sums over the axes along which a value of `shape` was repeated. */
export function sumTo(graph: GraphBuilder, value: Value, shape: readonly Dimension[]): Value {
  const extra = value.shape.length - shape.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const repeated = shape.flatMap((size, axis) => (size === value.shape[axis + extra] ? [] : [axis]));
  if (extra < 0 || repeated.some((axis) => shape[axis] !== 1)) {
    throw new RangeError(`${formatShape(value.shape)} was not broadcast from ${formatShape(shape)}`);
  }
  const summed =
    leading.length > 0 ? graph.apply('ReduceSum', [value], { axes: leading, keepdims: 0 }) : value;
  return repeated.length > 0 ? graph.apply('ReduceSum', [summed], { axes: repeated, keepdims: 1 }) : summed;
}

/** How many elements some axes hold together; counted in the run where a size is known only there. */
export function elementsOver(graph: GraphBuilder, x: Value, axes: readonly number[]): number | Value {
  const sizes = axes.map((axis) => x.shape[axis]!);
  const numbers = sizes.filter((size) => typeof size === 'number');
  if (numbers.length === sizes.length) return numbers.reduce((a, b) => a * b, 1);
  return graph.apply('ReduceSum', [filled(graph, x, 1)], { axes, keepdims: 1 });
}
