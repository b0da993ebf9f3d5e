import type { GraphBuilder } from '../builder.js';
import type { Operator, OperatorAttributes } from '../operators.js';
import type { Value } from '../value.js';

/** One node on the way back: what it computed, and how the target moves with what it gave. */
export interface Step<O extends Operator = Operator> {
  readonly graph: GraphBuilder;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: OperatorAttributes[O];
  /** Adjoint of the first output: derivative of the target with respect to it, in its shape. */
  readonly adjoint: Value;
  /** Adjoints of all outputs; undefined where the target does not depend on one. */
  readonly adjoints: readonly (Value | undefined)[];
}

/**
 * Writes the adjoint of one input. Its shape may still be the one that the input was broadcast to; the caller sums
 * what was broadcast.
 */
export type Pullback = () => Value;

/** The reverse-mode derivative of an operator: a pullback for each input. Those that are not needed are not called. */
export type Rule<O extends Operator = Operator> = (step: Step<O>) => readonly Pullback[];

/** The rule of an operator whose output is a truth value or an index: nothing flows back through it. */
export function notDifferentiable(operator: Operator): Rule {
  return () => {
    throw new RangeError(`${operator} has no derivative: its output is not a continuous quantity`);
  };
}
