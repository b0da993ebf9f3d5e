import { resolveAxis } from '../value.js';
import { arithmetic } from './arithmetic.js';
import type { Rule } from './rule.js';

/** y = softmax(x): y · (dy − Σ y · dy). Where y is 0 (a masked score) the result is 0. */
export const softmax: Rule<'Softmax'> = ({ graph, outputs: [y], attributes: { axis }, adjoint }) => {
  const { multiply, subtract } = arithmetic(graph);
  return [
    () => {
      const sum = graph.apply('ReduceSum', [multiply(y!, adjoint)], { axes: [axis], keepdims: 1 });
      return multiply(y!, subtract(adjoint, sum));
    },
  ];
};

/** y = log softmax(x): dy − exp(y) · Σ dy. */
export const logSoftmax: Rule<'LogSoftmax'> = ({ graph, outputs: [y], attributes: { axis }, adjoint }) => {
  const { multiply, subtract } = arithmetic(graph);
  return [
    () => {
      const sum = graph.apply('ReduceSum', [adjoint], { axes: [axis], keepdims: 1 });
      return subtract(adjoint, multiply(graph.apply('Exp', [y!]), sum));
    },
  ];
};

/**
 * y = n · gain + bias with n = (x − m) · r, mean m and inverse standard deviation r, over the last axis:
 * dx = r · (h − mean(h) − n · mean(h · n)) for h = dy · gain. From the other outputs: dm spreads evenly over x, and
 * ∂r/∂x = −r² · n / size.
 */
export const layerNormalization: Rule<'LayerNormalization'> = ({
  graph,
  inputs: [x, gain],
  outputs: [, mean, inverse],
  attributes: { axis },
  adjoints: [dy, dMean, dInverse],
}) => {
  if (resolveAxis(axis, x!.shape.length) !== x!.shape.length - 1) {
    throw new RangeError(`LayerNormalization over several axes (axis ${axis}) has no derivative here`);
  }
  const { add, multiply, subtract } = arithmetic(graph);
  const size = Number(x!.shape.at(-1));
  const average = (value: typeof x) => graph.apply('ReduceMean', [value!], { axes: [-1], keepdims: 1 });
  const normalized = () => multiply(subtract(x!, mean!), inverse!);
  const along = () => {
    const n = normalized();
    const parts = [];
    if (dy) {
      const h = multiply(dy, gain!);
      const centred = subtract(h, average(h));
      parts.push(multiply(inverse!, subtract(centred, multiply(n, average(multiply(h, n))))));
    }
    if (dMean) parts.push(multiply(add(multiply(n, 0), 1 / size), dMean));
    if (dInverse)
      parts.push(multiply(n, multiply(dInverse, multiply(multiply(inverse!, inverse!), -1 / size))));
    return parts.reduce((sum, part) => add(sum, part));
  };
  const nothing = () => multiply(gain!, 0);
  return [along, () => (dy ? multiply(dy, normalized()) : nothing()), () => dy ?? nothing()];
};
