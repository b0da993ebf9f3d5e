import type { Operator, OperatorAttributes } from '../../src/graph/index.js';
import { elementCount, type Tensor, tensor } from '../../src/tensor/index.js';

/**
 * The slow, obvious meaning of an operator. Every value is a double, so that finite differences have room, also where the
 * graph has another type: an index is a whole number, a truth value 0 or 1.
 */
export type Kernel<O extends Operator> = (
  inputs: readonly Tensor<'F64'>[],
  attributes: OperatorAttributes[O],
) => Tensor<'F64'>[];

/** A tensor from the value at each index. */
export function fill(shape: readonly number[], valueAt: (index: number[]) => number): Tensor<'F64'> {
  const data = new Float64Array(elementCount(shape));
  for (let offset = 0; offset < data.length; offset++) data[offset] = valueAt(indexOf(offset, shape));
  return tensor('F64', shape, data);
}

/** What the graph has, as kernels take it. */
export function toDoubles({ shape, data }: Tensor): Tensor<'F64'> {
  return tensor('F64', shape, Float64Array.from(data as Float32Array, Number));
}

/** The value at an index. */
export function valueAt({ shape, data }: Tensor<'F64'>, index: readonly number[]): number {
  let offset = 0;
  for (const [axis, size] of shape.entries()) offset = offset * size + index[axis]!;
  return data[offset]!;
}

/** The value at an index of a shape that this tensor broadcasts to. */
export function broadcastAt(x: Tensor<'F64'>, index: readonly number[]): number {
  const own = index.slice(index.length - x.shape.length);
  return valueAt(
    x,
    own.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
  );
}

/** The shape that numpy's rules give to several shapes, which must fit. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

/** An axis counted from the front. */
export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The same list with another entry at `axis`, or several, or none. */
export function replaceAt(list: readonly number[], axis: number, ...entries: readonly number[]): number[] {
  return list.toSpliced(axis, 1, ...entries);
}

function indexOf(offset: number, shape: readonly number[]): number[] {
  let rest = offset;
  const index: number[] = [];
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}
