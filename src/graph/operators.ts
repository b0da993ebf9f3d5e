import type { DataType } from '../tensor/index.js';
import { broadcast, type Dimension, formatShape, resolveAxis, type ValueType } from './value.js';

/**
 * The closed vocabulary: every operator a graph may use, under its ONNX `op_type`, with its attributes.
 * Static arguments that ONNX passes as constant inputs (a Reshape's shape, a Slice's bounds) are attributes here.
 */
export interface OperatorAttributes {
  Add: Empty;
  And: Empty;
  /** Index of the largest element along `axis`; the first one where several are equal. */
  ArgMax: { axis: number; keepdims: 0 | 1 };
  Cast: { to: DataType };
  Clip: { min: number; max: number };
  /** Parts along `axis`. Where sizes have names, so has their sum: `past + position`. */
  Concat: { axis: number };
  Cos: Empty;
  CumSum: { axis: number };
  Div: Empty;
  Equal: Empty;
  Erf: Empty;
  Exp: Empty;
  /** com.microsoft: alpha · A' · B', where ' transposes the last two axes if asked; no copy of a transposed weight. */
  FusedMatMul: { transA?: 0 | 1; transB?: 0 | 1; alpha?: number };
  /** Rows of the first input along `axis`, by the second input's indices. */
  Gather: { axis: number };
  /** For each index of the second input the element of the first that it names along `axis`; no axis is broadcast. */
  GatherElements: { axis: number };
  /**
   * Elements of the first input by index tuples (last axis of the second), for each row of a batch with `batch_dims` 1.
   * With 0 the tuples are all different, as those of {@link OperatorAttributes.NonZero} are.
   */
  GatherND: { batch_dims: number };
  Gelu: { approximate: 'none' | 'tanh' };
  GreaterOrEqual: Empty;
  HardSwish: Empty;
  Identity: Empty;
  /** Outputs: normalised value, mean, inverse standard deviation. Inputs: x, gain, bias. */
  LayerNormalization: { axis: number; epsilon: number };
  LeakyRelu: { alpha: number };
  Log: Empty;
  LogSoftmax: { axis: number };
  MatMul: Empty;
  /**
   * com.microsoft: x · Wᵀ with W [N, K] in `bits` unsigned bits, U8 [N, K / block_size, block_size], zero at 128, and a
   * scale for each block, F32 [N, K / block_size]. Where the engine packs W, level 4 rounds x to 8 bits as well.
   */
  MatMulNBits: { K: number; N: number; bits: 8; block_size: number; accuracy_level: 4 };
  Max: Empty;
  Mish: Empty;
  Mul: Empty;
  Neg: Empty;
  /** Index tuples of the elements that are not zero or false, in order: [rank, found], I64. */
  NonZero: Empty;
  Or: Empty;
  Reciprocal: Empty;
  ReduceMax: { axes: readonly number[]; keepdims: 0 | 1 };
  ReduceMean: { axes: readonly number[]; keepdims: 0 | 1 };
  ReduceSum: { axes: readonly number[]; keepdims: 0 | 1 };
  Relu: Empty;
  Reshape: { shape: readonly Dimension[] };
  /** Adds the third input's elements to the first at the second's indices along `axis`, which may be equal. */
  ScatterElements: { axis: number; reduction: 'add' };
  /** Adds the third input's elements to the first at index tuples (last axis of the second), which are all different. */
  ScatterND: { reduction: 'add' };
  Sigmoid: Empty;
  Sin: Empty;
  Slice: { axis: number; start: number; end: number };
  Softmax: { axis: number };
  Softplus: Empty;
  /** Parts of the given sizes along `axis`, always explicit: implicit splits are wrong in some WebGPU kernels. */
  Split: { axis: number; sizes: readonly number[] };
  Sqrt: Empty;
  /** Drops the given axes, whose size is 1. */
  Squeeze: { axes: readonly number[] };
  Sub: Empty;
  Tanh: Empty;
  /** The k largest elements along the last axis, largest first, the earlier one of equal ones; and their indices. */
  TopK: { k: number };
  Transpose: { perm: readonly number[] };
  Unsqueeze: { axes: readonly number[] };
  /** condition ? second : third. */
  Where: Empty;
}
type Empty = Record<never, never>;

export type Operator = keyof OperatorAttributes;

type Infer<O extends Operator> = (
  inputs: readonly ValueType[],
  attributes: OperatorAttributes[O],
) => ValueType[];

const same: Infer<Operator> = ([x]) => [x!];
const elementwise: Infer<Operator> = ([a, b]) => [{ dtype: a!.dtype, shape: broadcast(a!.shape, b!.shape) }];
const comparison: Infer<Operator> = ([a, b]) => [{ dtype: 'BOOL', shape: broadcast(a!.shape, b!.shape) }];

function reduce(x: ValueType, axes: readonly number[], keepdims: 0 | 1): Dimension[] {
  const reduced = new Set(axes.map((axis) => resolveAxis(axis, x.shape.length)));
  return x.shape.flatMap((size, axis) => (reduced.has(axis) ? (keepdims ? [1] : []) : [size]));
}

function product(a: ValueType, b: ValueType, transA: boolean, transB: boolean): ValueType {
  const left = transA ? swapLast(a.shape) : a.shape;
  const right = transB ? swapLast(b.shape) : b.shape;
  if (left.length < 2 || right.length < 2 || left.at(-1) !== right.at(-2)) {
    throw new RangeError(`a matrix product of ${formatShape(left)} and ${formatShape(right)} does not fit`);
  }
  return {
    dtype: a.dtype,
    shape: [...broadcast(left.slice(0, -2), right.slice(0, -2)), left.at(-2)!, right.at(-1)!],
  };
}

function swapLast(shape: readonly Dimension[]): Dimension[] {
  return [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
}

function replaceAxis(shape: readonly Dimension[], axis: number, size: readonly Dimension[]): Dimension[] {
  const at = resolveAxis(axis, shape.length);
  return [...shape.slice(0, at), ...size, ...shape.slice(at + 1)];
}

/** The sum of sizes, by name where one of them is known by name only. */
function sum(sizes: readonly Dimension[]): Dimension {
  return sizes.every((size) => typeof size === 'number')
    ? sizes.reduce((total, size) => total + size, 0)
    : sizes.join(' + ');
}

/** Output types of every operator. The mapped type makes the compiler refuse an operator without a rule. */
export const inferTypes: { readonly [O in Operator]: Infer<O> } = {
  Add: elementwise,
  And: comparison,
  ArgMax: ([x], { axis, keepdims }) => [{ dtype: 'I64', shape: reduce(x!, [axis], keepdims) }],
  Cast: ([x], { to }) => [{ dtype: to, shape: x!.shape }],
  Clip: same,
  Concat: (parts, { axis }) => {
    const { dtype, shape } = parts[0]!;
    const sizes = parts.map((part) => part.shape[resolveAxis(axis, shape.length)]!);
    const others = parts.map((part) => formatShape(replaceAxis(part.shape, axis, [])));
    if (others.some((other) => other !== others[0]))
      throw new RangeError(
        `parts of shapes ${parts.map((part) => formatShape(part.shape)).join(', ')} do not fit`,
      );
    return [{ dtype, shape: replaceAxis(shape, axis, [sum(sizes)]) }];
  },
  Cos: same,
  CumSum: same,
  Div: elementwise,
  Equal: comparison,
  Erf: same,
  Exp: same,
  FusedMatMul: ([a, b], { transA, transB }) => [product(a!, b!, transA === 1, transB === 1)],
  Gather: ([x, index], { axis }) => [{ dtype: x!.dtype, shape: replaceAxis(x!.shape, axis, index!.shape) }],
  GatherElements: ([x, index]) => [{ dtype: x!.dtype, shape: index!.shape }],
  GatherND: ([x, index], { batch_dims }) => [
    {
      dtype: x!.dtype,
      shape: [...index!.shape.slice(0, -1), ...x!.shape.slice(batch_dims + Number(index!.shape.at(-1)))],
    },
  ],
  Gelu: same,
  GreaterOrEqual: comparison,
  HardSwish: same,
  Identity: same,
  LayerNormalization: ([x], { axis }) => {
    const first = resolveAxis(axis, x!.shape.length);
    const statistic: ValueType = { dtype: 'F32', shape: x!.shape.map((size, i) => (i < first ? size : 1)) };
    return [x!, statistic, statistic];
  },
  LeakyRelu: same,
  Log: same,
  LogSoftmax: same,
  MatMul: ([a, b]) => [product(a!, b!, false, false)],
  MatMulNBits: ([x, packed, scales], { K, N, block_size }) => {
    const blocks = [N, K / block_size];
    const fits =
      x!.shape.at(-1) === K &&
      packed!.shape.join() === [...blocks, block_size].join() &&
      scales!.shape.join() === blocks.join();
    if (!fits) {
      const given = [x, packed, scales].map((value) => formatShape(value!.shape)).join(', ');
      throw new RangeError(
        `a product with a matrix [${N}, ${K}] in blocks of ${block_size} does not take ${given}`,
      );
    }
    return [{ dtype: 'F32', shape: [...x!.shape.slice(0, -1), N] }];
  },
  Max: elementwise,
  Mish: same,
  Mul: elementwise,
  Neg: same,
  NonZero: ([x]) => [{ dtype: 'I64', shape: [x!.shape.length, 'found'] }],
  Or: comparison,
  Reciprocal: same,
  ReduceMax: ([x], { axes, keepdims }) => [{ dtype: x!.dtype, shape: reduce(x!, axes, keepdims) }],
  ReduceMean: ([x], { axes, keepdims }) => [{ dtype: x!.dtype, shape: reduce(x!, axes, keepdims) }],
  ReduceSum: ([x], { axes, keepdims }) => [{ dtype: x!.dtype, shape: reduce(x!, axes, keepdims) }],
  Relu: same,
  Reshape: ([x], { shape }) => [{ dtype: x!.dtype, shape }],
  ScatterElements: same,
  ScatterND: same,
  Sigmoid: same,
  Sin: same,
  Slice: ([x], { axis, start, end }) => {
    const length = x!.shape[resolveAxis(axis, x!.shape.length)]!;
    if (start < 0 || end < start || (typeof length === 'number' && end > length))
      throw new RangeError(`a slice [${start}, ${end}) is not inside an axis of ${length}`);
    return [{ dtype: x!.dtype, shape: replaceAxis(x!.shape, axis, [end - start]) }];
  },
  Softmax: same,
  Softplus: same,
  Split: ([x], { axis, sizes }) => {
    const length = x!.shape[resolveAxis(axis, x!.shape.length)];
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (length !== total) throw new RangeError(`a split into ${sizes} does not cover an axis of ${length}`);
    return sizes.map((size) => ({ dtype: x!.dtype, shape: replaceAxis(x!.shape, axis, [size]) }));
  },
  Sqrt: same,
  Squeeze: ([x], { axes }) => [{ dtype: x!.dtype, shape: reduce(x!, axes, 0) }],
  Sub: elementwise,
  Tanh: same,
  TopK: ([x], { k }) => {
    const size = x!.shape.at(-1);
    if (size === undefined || k < 1 || (typeof size === 'number' && k > size))
      throw new RangeError(`${formatShape(x!.shape)} has no ${k} elements along its last axis`);
    const shape = replaceAxis(x!.shape, -1, [k]);
    return [
      { dtype: x!.dtype, shape },
      { dtype: 'I64', shape },
    ];
  },
  Transpose: ([x], { perm }) => {
    if (x!.shape.some((_, axis) => !perm.includes(axis)) || perm.length !== x!.shape.length)
      throw new RangeError(`${formatShape(perm)} is no order of the axes of ${formatShape(x!.shape)}`);
    return [{ dtype: x!.dtype, shape: perm.map((axis) => x!.shape[axis]!) }];
  },
  Unsqueeze: ([x], { axes }) => {
    const rank = x!.shape.length + axes.length;
    const added = new Set(axes.map((axis) => resolveAxis(axis, rank)));
    if (added.size !== axes.length) throw new RangeError(`axes ${formatShape(axes)} name one axis twice`);
    const sizes = x!.shape.values();
    const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : sizes.next().value!));
    return [{ dtype: x!.dtype, shape }];
  },
  Where: ([condition, a, b]) => [
    { dtype: a!.dtype, shape: broadcast(condition!.shape, broadcast(a!.shape, b!.shape)) },
  ],
};
