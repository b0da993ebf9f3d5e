import { resolveAxis, type Value } from '../value.js';
import { arithmetic } from './arithmetic.js';
import { elementsOver } from './broadcasting.js';
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
 * y = n · gain + bias with n = (x − m) · r, mean m and inverse standard deviation r, over the axes from `axis` on:
 * dx = r · (h − mean(h) − n · mean(h · n)) for h = dy · gain. Of the other outputs, m spreads evenly over x, and
 * ∂r/∂x = −r² · n / count.
 */
export const layerNormalization: Rule<'LayerNormalization'> = ({
  graph,
  inputs: [x, gain, bias],
  outputs: [, mean, inverse],
  attributes,
  adjoints: [dy, dMean, dInverse],
}) => {
  const { add, divide, multiply, subtract } = arithmetic(graph);
  const axes = [...x!.shape.keys()].slice(resolveAxis(attributes.axis, x!.shape.length));
  const average = (value: Value) => graph.apply('ReduceMean', [value], { axes, keepdims: 1 });
  const normalized = () => multiply(subtract(x!, mean!), inverse!);
  const back = () => {
    const n = normalized();
    const parts: Value[] = [];
    if (dy) {
      const h = multiply(dy, gain!);
      const rest = subtract(subtract(h, average(h)), multiply(n, average(multiply(h, n))));
      parts.push(multiply(inverse!, rest));
    }
    if (dMean || dInverse) {
      const count = elementsOver(graph, x!, axes);
      if (dMean) parts.push(add(multiply(n, 0), divide(dMean, count)));
      if (dInverse) {
        const slope = divide(multiply(inverse!, inverse!), count);
        parts.push(multiply(n, graph.apply('Neg', [multiply(dInverse, slope)])));
      }
    }
    return parts.reduce((sum, part) => add(sum, part));
  };
  return [back, () => (dy ? multiply(dy, normalized()) : multiply(gain!, 0)), () => dy ?? multiply(bias!, 0)];
};
