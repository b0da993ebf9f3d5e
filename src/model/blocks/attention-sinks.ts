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
  // Its whole part is as good against overflow, and has no derivative: the result does not depend on it.
  const largest = graph.apply('ReduceMax', [scores], { axes: [-1], keepdims: 1 });
  const shift = graph.apply('Cast', [graph.apply('Cast', [largest], { to: 'I64' })], { to: 'F32' });
  const powers = graph.apply('Exp', [graph.apply('Sub', [scores, shift])]);
  const sum = graph.apply('ReduceSum', [powers], { axes: [-1], keepdims: 1 });
  const logSum = graph.apply('Add', [shift, graph.apply('Log', [sum])]); // [batch, head, destination, 1]
  const share = graph.apply('Sigmoid', [graph.apply('Sub', [sinks, logSum])]);
  const mass = graph.hook(`${name}.hook_sink_mass`, graph.apply('Squeeze', [share], { axes: [-1] }));
  const rest = graph.apply('Unsqueeze', [graph.apply('Sub', [graph.scalar(1), mass])], { axes: [-1] });
  return graph.apply('Mul', [powers, graph.apply('Div', [rest, sum])]);
}
