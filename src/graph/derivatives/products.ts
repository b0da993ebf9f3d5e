import type { Value } from '../value.js';
import type { Rule, Step } from './rule.js';

/**
 * C = α · A′ · B′, where ′ transposes if asked: dA′ = α · dC · B′ᵀ and dB′ = α · A′ᵀ · dC, each written for the
 * operand as it is stored, so that a weight is read in place and never copied transposed.
 */
export const fusedProduct: Rule<'FusedMatMul'> = ({ graph, inputs: [a, b], attributes, adjoint }) => {
  const { transA = 0, transB = 0, alpha } = attributes;
  const not = (flag: 0 | 1) => (flag === 1 ? 0 : 1);
  const product = (left: Value, right: Value, transLeft: 0 | 1, transRight: 0 | 1) =>
    graph.apply('FusedMatMul', [left, right], {
      ...(transLeft === 1 ? { transA: 1 } : {}),
      ...(transRight === 1 ? { transB: 1 } : {}),
      ...(alpha === undefined ? {} : { alpha }),
    });
  return [
    () => (transA === 1 ? product(b!, adjoint, transB, 1) : product(adjoint, b!, 0, not(transB))),
    () => (transB === 1 ? product(adjoint, a!, 1, transA) : product(a!, adjoint, not(transA), 0)),
  ];
};

export const product: Rule<'MatMul'> = (step) =>
  fusedProduct({ ...step, attributes: {} } as Step<'FusedMatMul'>);

/** Weights are rounded only when a graph is finished, its derivatives among it: none is taken of a rounded product. */
export const quantizedProduct: Rule<'MatMulNBits'> = () => {
  throw new RangeError('MatMulNBits has no derivative: the input of a rounded product is rounded too');
};
