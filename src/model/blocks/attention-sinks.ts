import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/**
 * Softmax over the sources and a sink, which is a learned score of each head that has no value (gpt-oss model card,
 * https://arxiv.org/abs/2508.10925, §2.2). scores: [batch, head, destination, source], masked entries −∞; weights: name
 * of the heads' sinks, [head]. A row of the result sums to 1 − sink mass.
 *
 * Hook point: `name.hook_sink_mass`, the share of the sink, [batch, head, destination]. It lies on the way: with 0 in its
 * place attention is the plain one.
 */
export function softmaxWithSink(
  { graph, weights: reader }: BuildContext,
  scores: Value,
  name: string,
  weights: string,
): Value {
  const heads = scores.shape[1] as number;
  const sinks = graph.apply('Unsqueeze', [reader.float(weights, [heads])], { axes: [1, 2] });
  // The whole part of what is largest is as good against overflow, and has no derivative: the result does not depend on it.
  const wholePart = (value: Value) =>
    graph.apply('Cast', [graph.apply('Cast', [value], { to: 'I64' })], { to: 'F32' });
  const shift = wholePart(graph.apply('ReduceMax', [scores], { axes: [-1], keepdims: 1 }));
  const powers = graph.apply('Exp', [graph.apply('Sub', [scores, shift])]);
  const sum = graph.apply('ReduceSum', [powers], { axes: [-1], keepdims: 1 });
  // No logarithm of the sum: the engine rounds one that stands alone in another way than many side by side.
  const top = graph.apply('Max', [shift, wholePart(sinks)]); // [batch, head, destination, 1]
  const sink = graph.apply('Exp', [graph.apply('Sub', [sinks, top])]);
  const others = graph.apply('Mul', [sum, graph.apply('Exp', [graph.apply('Sub', [shift, top])])]);
  const share = graph.apply('Div', [sink, graph.apply('Add', [sink, others])]);
  const mass = graph.hook(`${name}.hook_sink_mass`, graph.apply('Squeeze', [share], { axes: [-1] }));
  const rest = graph.apply('Unsqueeze', [graph.apply('Sub', [graph.scalar(1), mass])], { axes: [-1] });
  return graph.apply('Mul', [powers, graph.apply('Div', [rest, sum])]);
}
