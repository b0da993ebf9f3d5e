import { tensor } from '../../src/tensor/index.js';
import { fill, fromFront, type Kernel, replaceAt, valueAt } from './kernel.js';

export const gather: Kernel<'Gather'> = ([x, indices], { axis }) => {
  const at = fromFront(axis, x!.shape.length);
  const rank = indices!.shape.length;
  return [
    fill(replaceAt(x!.shape, at, ...indices!.shape), (index) => {
      const row = valueAt(indices!, index.slice(at, at + rank));
      return valueAt(x!, [...index.slice(0, at), row, ...index.slice(at + rank)]);
    }),
  ];
};

export const gatherElements: Kernel<'GatherElements'> = ([x, indices], { axis }) => {
  const at = fromFront(axis, x!.shape.length);
  return [fill(indices!.shape, (index) => valueAt(x!, replaceAt(index, at, valueAt(indices!, index))))];
};

export const gatherNd: Kernel<'GatherND'> = ([x, indices], { batch_dims }) => {
  const outer = indices!.shape.slice(0, -1);
  const depth = indices!.shape.at(-1)!;
  return [
    fill([...outer, ...x!.shape.slice(batch_dims + depth)], (index) => {
      const place = index.slice(0, outer.length);
      const tuple = Array.from({ length: depth }, (_, i) => valueAt(indices!, [...place, i]));
      return valueAt(x!, [...place.slice(0, batch_dims), ...tuple, ...index.slice(outer.length)]);
    }),
  ];
};

export const nonZero: Kernel<'NonZero'> = ([x]) => {
  const places: number[][] = [];
  fill(x!.shape, (index) => {
    if (valueAt(x!, index) !== 0) places.push(index);
    return 0;
  });
  return [fill([x!.shape.length, places.length], ([axis, place]) => places[place!]![axis!]!)];
};

export const scatterElements: Kernel<'ScatterElements'> = ([x, indices, added], { axis }) => {
  const at = fromFront(axis, x!.shape.length);
  return [
    fill(x!.shape, (index) => {
      let value = valueAt(x!, index);
      for (let place = 0; place < indices!.shape[at]!; place++) {
        const from = replaceAt(index, at, place);
        if (valueAt(indices!, from) === index[at]) value += valueAt(added!, from);
      }
      return value;
    }),
  ];
};

export const scatterNd: Kernel<'ScatterND'> = ([x, indices, added]) => {
  const [count, depth] = indices!.shape as [number, number];
  return [
    fill(x!.shape, (index) => {
      let value = valueAt(x!, index);
      for (let place = 0; place < count; place++) {
        const here = index.slice(0, depth).every((i, axis) => i === valueAt(indices!, [place, axis]));
        if (here) value += valueAt(added!, [place, ...index.slice(depth)]);
      }
      return value;
    }),
  ];
};

/** Sizes must be numbers: what a name stands for, the kernel does not know. */
export const reshape: Kernel<'Reshape'> = ([x], { shape }) => [tensor('F64', shape.map(Number), x!.data)];

export const slice: Kernel<'Slice'> = ([x], { axis, start, end }) => {
  const at = fromFront(axis, x!.shape.length);
  return [
    fill(replaceAt(x!.shape, at, end - start), (index) =>
      valueAt(x!, replaceAt(index, at, index[at]! + start)),
    ),
  ];
};

export const split: Kernel<'Split'> = (inputs, { axis, sizes }) => {
  let end = 0;
  return sizes.flatMap((size) => {
    end += size;
    return slice(inputs, { axis, start: end - size, end });
  });
};

export const concat: Kernel<'Concat'> = (parts, { axis }) => {
  const at = fromFront(axis, parts[0]!.shape.length);
  const total = parts.reduce((sum, part) => sum + part.shape[at]!, 0);
  return [
    fill(replaceAt(parts[0]!.shape, at, total), (index) => {
      let place = index[at]!;
      const part = parts.find(({ shape }) => {
        if (place < shape[at]!) return true;
        place -= shape[at]!;
        return false;
      });
      return valueAt(part!, replaceAt(index, at, place));
    }),
  ];
};

export const squeeze: Kernel<'Squeeze'> = ([x], { axes }) => {
  const dropped = axes.map((axis) => fromFront(axis, x!.shape.length));
  return [
    tensor(
      'F64',
      x!.shape.filter((_, axis) => !dropped.includes(axis)),
      x!.data,
    ),
  ];
};

export const transpose: Kernel<'Transpose'> = ([x], { perm }) => [
  fill(
    perm.map((axis) => x!.shape[axis]!),
    (index) =>
      valueAt(
        x!,
        x!.shape.map((_, axis) => index[perm.indexOf(axis)]!),
      ),
  ),
];

export const unsqueeze: Kernel<'Unsqueeze'> = ([x], { axes }) => {
  const rank = x!.shape.length + axes.length;
  const added = new Set(axes.map((axis) => fromFront(axis, rank)));
  let next = 0;
  const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : x!.shape[next++]!));
  return [tensor('F64', shape, x!.data)];
};
