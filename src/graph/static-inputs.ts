import { type Tensor, tensor } from '../tensor/index.js';
import type { Graph, Node } from './graph.js';
import type { Operator, OperatorAttributes } from './operators.js';
import { type Dimension, formatShape } from './value.js';

type StaticInputs = {
  [O in Operator]?: (attributes: OperatorAttributes[O], input: readonly Dimension[]) => Tensor[];
};

/** Operators whose attributes ONNX wants as constant inputs after the real ones, in ONNX's order. */
const rules: StaticInputs = {
  Clip: ({ min, max }) => [float(min), float(max)],
  CumSum: ({ axis }) => [tensor('I64', [], BigInt64Array.of(BigInt(axis)))],
  ReduceMax: ({ axes }) => [integers(axes)],
  ReduceMean: ({ axes }) => [integers(axes)],
  ReduceSum: ({ axes }) => [integers(axes)],
  Reshape: ({ shape }, input) => [integers(reshapeTarget(shape, input))],
  Slice: ({ axis, start, end }) => [integers([start]), integers([end]), integers([axis])],
  Split: ({ sizes }) => [integers(sizes)],
  Squeeze: ({ axes }) => [integers(axes)],
  TopK: ({ k }) => [integers([k])],
  Unsqueeze: ({ axes }) => [integers(axes)],
};

/** The constant inputs of a node; none for most operators. */
export function staticInputs<O extends Operator>(node: Node<O>, graph: Graph): Tensor[] {
  const rule = rules[node.operator] as
    | ((attributes: OperatorAttributes[O], input: readonly Dimension[]) => Tensor[])
    | undefined;
  return rule?.(node.attributes, graph.values.get(node.inputs[0]!)!.shape) ?? [];
}

/** ONNX's target for a shape with named sizes: 0 copies the size that stands at the same axis, one -1 is inferred. */
function reshapeTarget(shape: readonly Dimension[], input: readonly Dimension[]): number[] {
  let inferred = 0;
  const target = shape.map((size, axis) => {
    if (typeof size === 'number') return size;
    if (input[axis] === size) return 0;
    inferred += 1;
    return -1;
  });
  if (inferred > 1) throw new RangeError(`cannot reshape ${formatShape(input)} to ${formatShape(shape)}`);
  return target;
}

function integers(values: readonly number[]): Tensor {
  return tensor('I64', [values.length], BigInt64Array.from(values, BigInt));
}

function float(value: number): Tensor {
  return tensor('F32', [], Float32Array.of(value));
}
