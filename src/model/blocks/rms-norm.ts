import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import type { LayerNormNames } from './layer-norm.js';

/** How an RMSNorm differs from the plain one. */
export interface RmsNormVariant {
  /** What is added to the stored gain: 1 in Gemma, whose weights are stored around 0. */
  readonly offset?: number;
}

/**
 * RMSNorm (Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467) over the last axis: x / √(mean x² + ε) · gain.
 * `hook_scale` is √(mean x² + ε); `hook_normalized` the result, gain applied.
 */
export function rmsNorm(
  context: BuildContext,
  x: Value,
  names: LayerNormNames,
  width: number,
  epsilon: number,
  { offset = 0 }: RmsNormVariant = {},
): Value {
  const { graph, weights } = context;
  const stored = weights.float(`${names.weights}.weight`, [width]);
  const gain = offset === 0 ? stored : graph.apply('Add', [stored, graph.scalar(offset)]);
  const squares = graph.apply('ReduceMean', [graph.apply('Mul', [x, x])], { axes: [-1], keepdims: 1 });
  const root = graph.apply('Sqrt', [graph.apply('Add', [squares, graph.scalar(epsilon)])]);
  const scale = names.hook === undefined ? root : graph.hook(`${names.hook}.hook_scale`, root);
  const y = graph.apply('Mul', [graph.apply('Div', [x, scale]), gain]);
  return names.hook === undefined ? y : graph.hook(`${names.hook}.hook_normalized`, y);
}
