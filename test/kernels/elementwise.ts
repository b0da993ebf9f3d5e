import type { Operator } from '../../src/graph/index.js';
import { broadcastAt, broadcastShapes, fill, type Kernel } from './kernel.js';

/** An operator without attributes on each element of one input. */
export function unary(f: (x: number) => number): Kernel<Operator> {
  return ([x]) => [fill(x!.shape, (index) => f(broadcastAt(x!, index)))];
}

/** An operator on pairs of elements of two inputs that are broadcast. */
export function binary(f: (a: number, b: number) => number): Kernel<Operator> {
  return ([a, b]) => [
    fill(broadcastShapes(a!.shape, b!.shape), (index) => f(broadcastAt(a!, index), broadcastAt(b!, index))),
  ];
}

export const where: Kernel<'Where'> = ([condition, a, b]) => [
  fill(broadcastShapes(condition!.shape, a!.shape, b!.shape), (index) =>
    broadcastAt(condition!, index) ? broadcastAt(a!, index) : broadcastAt(b!, index),
  ),
];

/** Infinity is no integer of 64 bits; what a cast makes of it is left open, and no graph may need it. */
export const cast: Kernel<'Cast'> = (inputs, { to }) => {
  if (to === 'BOOL') return unary((x) => (x !== 0 ? 1 : 0))(inputs, {});
  return to === 'I64' ? unary(Math.trunc)(inputs, {}) : unary((x) => x)(inputs, {});
};

export const clip: Kernel<'Clip'> = (inputs, { min, max }) =>
  unary((x) => Math.min(Math.max(x, min), max))(inputs, {});

export const gelu: Kernel<'Gelu'> = (inputs, { approximate }) =>
  unary(
    approximate === 'tanh'
      ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
      : (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  )(inputs, {});

export const leakyRelu: Kernel<'LeakyRelu'> = (inputs, { alpha }) =>
  unary((x) => (x < 0 ? alpha * x : x))(inputs, {});

export const hardSwish = unary((x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1));

export const softplus = unary((x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0));

export const mish = unary((x) => x * Math.tanh(Math.log1p(Math.exp(x))));

/** Abramowitz and Stegun 7.1.6: a sum of positive terms, so nothing cancels. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
