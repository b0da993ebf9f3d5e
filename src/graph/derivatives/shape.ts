import { resolveAxis, type Value } from '../value.js';
import { arithmetic } from './arithmetic.js';
import { elementsOver, filled } from './broadcasting.js';
import type { Rule, Step } from './rule.js';

export const reshape: Rule<'Reshape'> = ({ graph, inputs: [x], adjoint }) => [
  () => graph.apply('Reshape', [adjoint], { shape: x!.shape }),
];

export const transpose: Rule<'Transpose'> = ({ graph, attributes: { perm }, adjoint }) => [
  () => graph.apply('Transpose', [adjoint], { perm: perm.map((_, axis) => perm.indexOf(axis)) }),
];

export const unsqueeze: Rule<'Unsqueeze'> = ({ graph, attributes, adjoint }) => [
  () => graph.apply('Squeeze', [adjoint], attributes),
];

export const squeeze: Rule<'Squeeze'> = ({ graph, inputs: [x], attributes: { axes }, adjoint }) => [
  () => graph.apply('Unsqueeze', [adjoint], { axes: axes.map((axis) => resolveAxis(axis, x!.shape.length)) }),
];

/** The parts of the adjoint that belong to each part. */
export const concatenate: Rule<'Concat'> = ({ graph, inputs, attributes: { axis }, adjoint }) => {
  const sizes = inputs.map((part) => Number(part.shape[resolveAxis(axis, part.shape.length)]));
  let parts: Value[] | undefined;
  const part = (index: number) => {
    parts ??= graph.applyAll('Split', [adjoint], { axis, sizes });
    return parts[index]!;
  };
  return inputs.map((_, index) => () => part(index));
};

export const split: Rule<'Split'> = ({ graph, outputs, attributes: { axis }, adjoints }) => [
  () => {
    const parts = outputs.map((output, index) => adjoints[index] ?? filled(graph, output, 0));
    return graph.apply('Concat', parts, { axis });
  },
];

/** dx_i = Σ dy_j over j ≥ i. */
export const cumulativeSum: Rule<'CumSum'> = ({ graph, attributes: { axis }, adjoint }) => {
  const { add, subtract } = arithmetic(graph);
  return [
    () => {
      const total = graph.apply('ReduceSum', [adjoint], { axes: [axis], keepdims: 1 });
      return add(subtract(total, graph.apply('CumSum', [adjoint], { axis })), adjoint);
    },
  ];
};

type Reduction = 'ReduceMean' | 'ReduceSum';

/** The adjoint of a reduction, spread over what was reduced. */
function spread({ graph, inputs: [x], attributes, adjoint }: Step<Reduction>): Value {
  const axes = attributes.axes.map((axis) => resolveAxis(axis, x!.shape.length));
  const kept = attributes.keepdims === 1 ? adjoint : graph.apply('Unsqueeze', [adjoint], { axes });
  return graph.apply('Mul', [filled(graph, x!, 1), kept]);
}

export const sum: Rule<'ReduceSum'> = (step) => [() => spread(step)];

export const mean: Rule<'ReduceMean'> = (step) => [
  () => {
    const { graph, inputs, attributes } = step;
    const x = inputs[0]!;
    const axes = attributes.axes.map((axis) => resolveAxis(axis, x.shape.length));
    return arithmetic(graph).divide(spread(step), elementsOver(graph, x, axes));
  },
];
