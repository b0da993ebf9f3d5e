import { arithmetic } from './arithmetic.js';
import type { Rule } from './rule.js';

/** √(2/π) and the cubic coefficient of GELU's tanh form (Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415). */
const tanhScale = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

export const add: Rule<'Add'> = ({ adjoint }) => [() => adjoint, () => adjoint];

export const subtract: Rule<'Sub'> = ({ graph, adjoint }) => [
  () => adjoint,
  () => graph.apply('Neg', [adjoint]),
];

// What is combined with an adjoint broadcast to its shape before, whatever the names of its own sizes.

export const multiply: Rule<'Mul'> = ({ graph, inputs: [a, b], adjoint }) => [
  () => graph.applyAs(adjoint, 'Mul', [adjoint, b!], {}),
  () => graph.applyAs(adjoint, 'Mul', [adjoint, a!], {}),
];

/** y = a / b: ∂y/∂b = −y / b. */
export const divide: Rule<'Div'> = ({ graph, inputs: [, b], outputs: [y], adjoint }) => [
  () => graph.applyAs(adjoint, 'Div', [adjoint, b!], {}),
  () => {
    const slope = graph.applyAs(adjoint, 'Div', [y!, b!], {});
    return graph.apply('Neg', [graph.apply('Mul', [adjoint, slope])]);
  },
];

export const negate: Rule<'Neg'> = ({ graph, adjoint }) => [() => graph.apply('Neg', [adjoint])];

/** y = 1 / x: −y². */
export const reciprocal: Rule<'Reciprocal'> = ({ graph, outputs: [y], adjoint }) => {
  const { multiply } = arithmetic(graph);
  return [() => multiply(adjoint, graph.apply('Neg', [multiply(y!, y!)]))];
};

/** y = √x: 1 / 2y. */
export const squareRoot: Rule<'Sqrt'> = ({ graph, outputs: [y], adjoint }) => {
  const { multiply, divide } = arithmetic(graph);
  return [() => divide(multiply(adjoint, 0.5), y!)];
};

export const exponential: Rule<'Exp'> = ({ graph, outputs: [y], adjoint }) => [
  () => graph.apply('Mul', [adjoint, y!]),
];

export const logarithm: Rule<'Log'> = ({ graph, inputs: [x], adjoint }) => [
  () => graph.apply('Div', [adjoint, x!]),
];

export const sine: Rule<'Sin'> = ({ graph, inputs: [x], adjoint }) => [
  () => graph.apply('Mul', [adjoint, graph.apply('Cos', [x!])]),
];

export const cosine: Rule<'Cos'> = ({ graph, inputs: [x], adjoint }) => [
  () => graph.apply('Neg', [graph.apply('Mul', [adjoint, graph.apply('Sin', [x!])])]),
];

/** All of it to the larger one; to the first where they are equal. */
export const maximum: Rule<'Max'> = ({ graph, inputs: [a, b], adjoint }) => {
  const first = () => graph.apply('GreaterOrEqual', [a!, b!]);
  const zero = graph.scalar(0);
  return [
    () => graph.applyAs(adjoint, 'Where', [first(), adjoint, zero], {}),
    () => graph.applyAs(adjoint, 'Where', [first(), zero, adjoint], {}),
  ];
};

/** 2/√π · exp(−x²). */
export const errorFunction: Rule<'Erf'> = ({ graph, inputs: [x], adjoint }) => {
  const { multiply } = arithmetic(graph);
  const bell = () => graph.apply('Exp', [graph.apply('Neg', [multiply(x!, x!)])]);
  return [() => multiply(adjoint, multiply(bell(), 2 / Math.sqrt(Math.PI)))];
};

export const sigmoid: Rule<'Sigmoid'> = ({ graph, outputs: [y], adjoint }) => {
  const { multiply, subtract } = arithmetic(graph);
  return [() => multiply(adjoint, multiply(y!, subtract(1, y!)))];
};

export const hyperbolicTangent: Rule<'Tanh'> = ({ graph, outputs: [y], adjoint }) => {
  const { multiply, subtract } = arithmetic(graph);
  return [() => multiply(adjoint, subtract(1, multiply(y!, y!)))];
};

export const softplus: Rule<'Softplus'> = ({ graph, inputs: [x], adjoint }) => [
  () => graph.apply('Mul', [adjoint, graph.apply('Sigmoid', [x!])]),
];

/** y = x · t with t = tanh(softplus(x)): t + x · (1 − t²) · sigmoid(x). */
export const mish: Rule<'Mish'> = ({ graph, inputs: [x], adjoint }) => {
  const { add, multiply, subtract } = arithmetic(graph);
  return [
    () => {
      const t = graph.apply('Tanh', [graph.apply('Softplus', [x!])]);
      const slope = multiply(subtract(1, multiply(t, t)), graph.apply('Sigmoid', [x!]));
      return multiply(adjoint, add(t, multiply(x!, slope)));
    },
  ];
};

/**
 * Exact: Φ(x) + x · φ(x), with the normal distribution and its density. Tanh form: with v = 2c · x · (1 + a · x²), the
 * function is x · s for s = sigmoid(v), and the derivative s · (1 + (1 − s) · w) for w = x · v′ = 3v − 4c · x.
 */
export const gelu: Rule<'Gelu'> = ({ graph, inputs: [x], attributes, adjoint }) => {
  const { add, multiply, subtract } = arithmetic(graph);
  const square = () => multiply(x!, x!);
  const exact = () => {
    const below = add(multiply(graph.apply('Erf', [multiply(x!, Math.SQRT1_2)]), 0.5), 0.5);
    const bell = graph.apply('Exp', [multiply(square(), -0.5)]);
    return add(below, multiply(multiply(x!, 1 / Math.sqrt(2 * Math.PI)), bell));
  };
  const tanhForm = () => {
    const v = multiply(x!, add(multiply(square(), 2 * tanhScale * cubic), 2 * tanhScale));
    const s = graph.apply('Sigmoid', [v]);
    const w = subtract(multiply(v, 3), multiply(x!, 4 * tanhScale));
    return multiply(s, add(multiply(subtract(1, s), w), 1));
  };
  return [() => multiply(adjoint, attributes.approximate === 'tanh' ? tanhForm() : exact())];
};

/** 1 above 0, else 0; 0 at 0, as in torch. */
export const relu: Rule<'Relu'> = ({ graph, inputs: [x], adjoint }) => [
  () => arithmetic(graph).whereAtLeast(0, x!, 0, adjoint),
];

export const leakyRelu: Rule<'LeakyRelu'> = ({ graph, inputs: [x], attributes, adjoint }) => {
  const { multiply, whereAtLeast } = arithmetic(graph);
  return [() => whereAtLeast(0, x!, multiply(adjoint, attributes.alpha), adjoint)];
};

/** 1 from `min` to `max`, both included, else 0. */
export const clip: Rule<'Clip'> = ({ graph, inputs: [x], attributes: { min, max }, adjoint }) => {
  const { whereAtLeast } = arithmetic(graph);
  return [() => whereAtLeast(x!, min, whereAtLeast(max, x!, adjoint, 0), 0)];
};

/** y = x · clip(x / 6 + ½, 0, 1): 0 up to −3, x / 3 + ½ between, 1 from 3. */
export const hardSwish: Rule<'HardSwish'> = ({ graph, inputs: [x], adjoint }) => {
  const { add, multiply, whereAtLeast } = arithmetic(graph);
  const between = () => multiply(adjoint, add(multiply(x!, 1 / 3), 0.5));
  return [() => whereAtLeast(-3, x!, 0, whereAtLeast(x!, 3, adjoint, between()))];
};

/** Chosen, not multiplied by 0: what was not taken may be infinite. */
export const where: Rule<'Where'> = ({ graph, inputs: [condition], adjoint }) => {
  const zero = () => graph.scalar(0);
  return [
    () => {
      throw new RangeError('Where has no derivative with respect to its condition');
    },
    () => graph.applyAs(adjoint, 'Where', [condition!, adjoint, zero()], {}),
    () => graph.applyAs(adjoint, 'Where', [condition!, zero(), adjoint], {}),
  ];
};

export const cast: Rule<'Cast'> = ({ graph, inputs: [x], adjoint }) => [
  () => graph.apply('Cast', [adjoint], { to: x!.dtype }),
];

export const identity: Rule<'Identity'> = ({ adjoint }) => [() => adjoint];
