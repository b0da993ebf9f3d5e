import type { GraphBuilder } from '../builder.js';
import type { Value } from '../value.js';

type Operand = Value | number;

/** The four operations on values of one graph; numbers become constants of it. */
export function arithmetic(graph: GraphBuilder) {
  const value = (operand: Operand) => (typeof operand === 'number' ? graph.scalar(operand) : operand);
  return {
    add: (a: Operand, b: Operand) => graph.apply('Add', [value(a), value(b)]),
    subtract: (a: Operand, b: Operand) => graph.apply('Sub', [value(a), value(b)]),
    multiply: (a: Operand, b: Operand) => graph.apply('Mul', [value(a), value(b)]),
    divide: (a: Operand, b: Operand) => graph.apply('Div', [value(a), value(b)]),
    /** a where a ≥ b holds of the first two, else the other. */
    whereAtLeast: (a: Operand, b: Operand, yes: Operand, no: Operand) =>
      graph.apply('Where', [graph.apply('GreaterOrEqual', [value(a), value(b)]), value(yes), value(no)]),
  };
}
