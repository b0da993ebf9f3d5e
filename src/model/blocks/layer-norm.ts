import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';

/** Where a LayerNorm's weights and hook points are. */
export interface LayerNormNames {
  /** `name.weight` and `name.bias` in the checkpoint. */
  readonly weights: string;
  /** `hook.hook_scale` and `hook.hook_normalized`; without it the norm has no hook points. */
  readonly hook?: string;
}

/** How a LayerNorm differs from the plain one. */
export interface LayerNormVariant {
  /** Whether it has a bias, as nearly all do. */
  readonly bias?: boolean;
}

/**
 * LayerNorm (Ba et al. 2016, https://arxiv.org/abs/1607.06450), x: [batch, position, width].
 * `hook_scale` is √(variance + ε), [batch, position, 1]; `hook_normalized` the result, gain and bias applied.
 */
export function layerNorm(
  context: BuildContext,
  x: Value,
  names: LayerNormNames,
  width: number,
  epsilon: number,
  { bias: hasBias = true }: LayerNormVariant = {},
): Value {
  const { graph, weights } = context;
  const gain = weights.float(`${names.weights}.weight`, [width]);
  const bias = hasBias
    ? weights.float(`${names.weights}.bias`, [width])
    : graph.constant(tensor('F32', [width], new Float32Array(width)));
  const [y, , inverse] = graph.applyAll('LayerNormalization', [x, gain, bias], { axis: -1, epsilon });
  if (names.hook === undefined) return y!;
  graph.hook(`${names.hook}.hook_scale`, graph.apply('Reciprocal', [inverse!]));
  return graph.hook(`${names.hook}.hook_normalized`, y!);
}
