import { type DataArrays, type DataType, dataArrays } from './data-type.js';

/** A dense, row-major array with a shape and, where its meaning is known, a name for each axis. */
export interface Tensor<D extends DataType = DataType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** One name an axis, e.g. `['head', 'destination', 'source']`. */
  readonly axes?: readonly string[];
  readonly data: DataArrays[D];
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * A tensor over `data`, which is not copied.
 * @throws RangeError when the length of the data is not the product of the shape.
 */
export function tensor<D extends DataType>(
  dtype: D,
  shape: readonly number[],
  data: DataArrays[D],
  axes?: readonly string[],
): Tensor<D> {
  if (data.length !== elementCount(shape)) {
    throw new RangeError(
      `a tensor of shape [${shape}] needs ${elementCount(shape)} elements, not ${data.length}`,
    );
  }
  if (axes && axes.length !== shape.length) {
    throw new RangeError(`a tensor of shape [${shape}] needs ${shape.length} axis names, not ${axes.length}`);
  }
  return { dtype, shape, data, ...(axes ? { axes } : {}) };
}

/** A tensor of zeros. */
export function zeros<D extends DataType>(dtype: D, shape: readonly number[]): Tensor<D> {
  return tensor(dtype, shape, new dataArrays[dtype](elementCount(shape)) as DataArrays[D]);
}

/**
 * The sub-tensor at `index` of the first axis: a view on the same memory, with one axis less.
 * @throws RangeError when the index is outside the axis.
 */
export function at<D extends DataType>(source: Tensor<D>, index: number): Tensor<D> {
  const [length, ...shape] = source.shape;
  if (length === undefined || !Number.isInteger(index) || index < 0 || index >= length) {
    throw new RangeError(`index ${index} is outside the first axis of shape [${source.shape}]`);
  }
  const size = elementCount(shape);
  const data = source.data.subarray(index * size, (index + 1) * size) as DataArrays[D];
  return tensor(source.dtype, shape, data, source.axes?.slice(1));
}
