import type { Tensor } from '../../src/tensor/index.js';
import { fill, fromFront, type Kernel, replaceAt, valueAt } from './kernel.js';

export const cumSum: Kernel<'CumSum'> = ([x], { axis }) => {
  const at = fromFront(axis, x!.shape.length);
  return [
    fill(x!.shape, (index) => {
      let sum = 0;
      for (let i = 0; i <= index[at]!; i++) sum += valueAt(x!, replaceAt(index, at, i));
      return sum;
    }),
  ];
};

export const reduceMean: Kernel<'ReduceMean'> = ([x], { axes, keepdims }) => {
  const reduced = axes.map((axis) => fromFront(axis, x!.shape.length));
  const kept = mean(x!, reduced);
  const shape = kept.shape.filter((_, axis) => !reduced.includes(axis));
  return [keepdims ? kept : { ...kept, shape }];
};

export const reduceSum: Kernel<'ReduceSum'> = ([x], { axes, keepdims }) => {
  const reduced = axes.map((axis) => fromFront(axis, x!.shape.length));
  const count = reduced.reduce((product, axis) => product * x!.shape[axis]!, 1);
  // Nothing has no mean, but a sum.
  const sums = reduceMean([{ ...x!, data: x!.data.map((value) => value * count) }], { axes, keepdims });
  return count === 0 ? sums.map((sum) => ({ ...sum, data: sum.data.fill(0) })) : sums;
};

export const reduceMax: Kernel<'ReduceMax'> = ([x], { axes, keepdims }) => {
  const reduced = axes.map((axis) => fromFront(axis, x!.shape.length));
  const shape = x!.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
  const kept = fill(shape, () => Number.NEGATIVE_INFINITY);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  fill(x!.shape, (index) => {
    const at = index.reduce((sum, i, axis) => sum + (reduced.includes(axis) ? 0 : i * strides[axis]!), 0);
    kept.data[at] = Math.max(kept.data[at]!, valueAt(x!, index));
    return 0;
  });
  return [keepdims ? kept : { ...kept, shape: shape.filter((_, axis) => !reduced.includes(axis)) }];
};

export const argMax: Kernel<'ArgMax'> = ([x], { axis, keepdims }) => {
  const at = fromFront(axis, x!.shape.length);
  const kept = fill(replaceAt(x!.shape, at, 1), (index) => {
    const row = Array.from({ length: x!.shape[at]! }, (_, i) => valueAt(x!, replaceAt(index, at, i)));
    return row.indexOf(Math.max(...row));
  });
  return [keepdims ? kept : { ...kept, shape: replaceAt(x!.shape, at) }];
};

export const topK: Kernel<'TopK'> = ([x], { k }) => {
  const last = x!.shape.length - 1;
  const sorted = (index: readonly number[]) => {
    const row = Array.from({ length: x!.shape[last]! }, (_, i) => ({
      i,
      value: valueAt(x!, replaceAt(index, last, i)),
    }));
    return row.sort((a, b) => b.value - a.value || a.i - b.i)[index[last]!]!;
  };
  const shape = replaceAt(x!.shape, last, k);
  return [fill(shape, (index) => sorted(index).value), fill(shape, (index) => sorted(index).i)];
};

export const logSoftmax: Kernel<'LogSoftmax'> = (inputs, attributes) => {
  const [shares] = softmax(inputs, attributes);
  return [{ ...shares!, data: shares!.data.map(Math.log) }];
};

export const softmax: Kernel<'Softmax'> = ([x], { axis }) => {
  const at = fromFront(axis, x!.shape.length);
  const length = x!.shape[at]!;
  return [
    fill(x!.shape, (index) => {
      const row = Array.from({ length }, (_, i) => valueAt(x!, replaceAt(index, at, i)));
      const most = Math.max(...row);
      return Math.exp(row[index[at]!]! - most) / row.reduce((sum, each) => sum + Math.exp(each - most), 0);
    }),
  ];
};

export const layerNormalization: Kernel<'LayerNormalization'> = ([x, gain, bias], { axis, epsilon }) => {
  const first = fromFront(axis, x!.shape.length);
  const axes = x!.shape.map((_, i) => i).slice(first);
  const collapse = (index: readonly number[]) => index.map((i, a) => (a < first ? i : 0));
  const center = mean(x!, axes);
  const deviation = (index: readonly number[]) => valueAt(x!, index) - valueAt(center, collapse(index));
  const variance = mean(
    fill(x!.shape, (index) => deviation(index) ** 2),
    axes,
  );
  const inverse = fill(variance.shape, (index) => 1 / Math.sqrt(valueAt(variance, index) + epsilon));
  const result = fill(x!.shape, (index) => {
    const own = index.slice(first);
    const normalized = deviation(index) * valueAt(inverse, collapse(index));
    return normalized * valueAt(gain!, own) + valueAt(bias!, own);
  });
  return [result, center, inverse];
};

/** The mean over some axes, which stay with size 1. */
function mean(x: Tensor<'F64'>, axes: readonly number[]): Tensor<'F64'> {
  return fill(
    x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
    (index) => {
      let places = [index];
      for (const axis of axes)
        places = places.flatMap((place) =>
          Array.from({ length: x.shape[axis]! }, (_, i) => replaceAt(place, axis, i)),
        );
      return places.reduce((sum, place) => sum + valueAt(x, place), 0) / places.length;
    },
  );
}
