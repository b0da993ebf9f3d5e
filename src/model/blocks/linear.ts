import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import { withUpdate } from './low-rank.js';

/** Sizes and storage of one dense layer. */
export interface LinearShape {
  readonly from: number;
  readonly to: number;
  /** `out-in`: torch.nn.Linear, nearly everything. `in-out`: transformers' Conv1D, GPT-2. */
  readonly stored?: 'out-in' | 'in-out';
}

/** x · W + b, with `name.weight` and, where `bias` is true, `name.bias`. x: [batch, position, from] → [batch, position, to]. */
export function linear(
  context: BuildContext,
  x: Value,
  name: string,
  shape: LinearShape,
  bias = true,
): Value {
  const { graph, weights } = context;
  const { from, to } = shape;
  // FusedMatMul reads a transposed weight in place; a Transpose node would copy it when the session opens.
  const turned = shape.stored === 'in-out';
  const matrix = weights.float(`${name}.weight`, turned ? [from, to] : [to, from]);
  const product = turned
    ? graph.apply('MatMul', [x, matrix])
    : graph.apply('FusedMatMul', [x, matrix], { transB: 1 });
  const y = withUpdate(context, name, { x, product, matrix, turned });
  return bias ? graph.apply('Add', [y, weights.float(`${name}.bias`, [to])]) : y;
}
