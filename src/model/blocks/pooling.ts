import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/** The first token of each row, on whichever side its padding stands: [batch, position, width] → [batch, 1, width]. */
export function firstToken({ graph, inputs }: BuildContext, x: Value): Value {
  const count = graph.apply('CumSum', [inputs.mask], { axis: 1 });
  const first = graph.apply('Cast', [graph.apply('Equal', [count, graph.scalar(1)])], { to: 'F32' });
  // The count stays 1 on the padding that follows a single token.
  const chosen = graph.apply('Unsqueeze', [graph.apply('Mul', [first, inputs.mask])], { axes: [1] });
  return graph.apply('MatMul', [chosen, x]);
}

/** The mean of the tokens of each row, padding left out: [batch, position, width] → [batch, 1, width]. */
export function meanToken({ graph, inputs }: BuildContext, x: Value): Value {
  const sum = graph.apply('MatMul', [graph.apply('Unsqueeze', [inputs.mask], { axes: [1] }), x]);
  const count = graph.apply('ReduceSum', [inputs.mask], { axes: [1], keepdims: 1 });
  return graph.apply('Div', [sum, graph.apply('Unsqueeze', [count], { axes: [2] })]);
}
