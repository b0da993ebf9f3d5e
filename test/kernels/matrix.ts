import type { Tensor } from '../../src/tensor/index.js';
import { broadcastAt, broadcastShapes, fill, type Kernel, valueAt } from './kernel.js';

export const matMul: Kernel<'MatMul'> = ([a, b]) => [product(a!, b!)];

export const fusedMatMul: Kernel<'FusedMatMul'> = ([a, b], { transA, transB, alpha = 1 }) => {
  const plain = product(transA ? transposed(a!) : a!, transB ? transposed(b!) : b!);
  return [fill(plain.shape, (index) => alpha * valueAt(plain, index))];
};

export const matMulNBits: Kernel<'MatMulNBits'> = ([x, packed, scales], { K, N, block_size }) => {
  const matrix = fill([K, N], ([from, to]) => {
    const block = Math.floor(from! / block_size);
    const rounded = valueAt(packed!, [to!, block, from! % block_size]) - 128;
    return rounded * valueAt(scales!, [to!, block]);
  });
  return [product(x!, matrix)];
};

function product(a: Tensor<'F64'>, b: Tensor<'F64'>): Tensor<'F64'> {
  const inner = a.shape.at(-1)!;
  const outer = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return fill([...outer, a.shape.at(-2)!, b.shape.at(-1)!], (index) => {
    const place = index.slice(0, -2);
    const [row, column] = index.slice(-2) as [number, number];
    let sum = 0;
    for (let i = 0; i < inner; i++)
      sum += broadcastAt(a, [...place, row, i]) * broadcastAt(b, [...place, i, column]);
    return sum;
  });
}

/** The last two axes exchanged. */
function transposed(x: Tensor<'F64'>): Tensor<'F64'> {
  const swap = (list: readonly number[]) => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];
  return fill(swap(x.shape), (index) => valueAt(x, swap(index)));
}
