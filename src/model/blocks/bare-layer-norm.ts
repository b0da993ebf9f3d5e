import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';

/**
 * LayerNorm without gain and bias: a function of x, [batch, position, width], and the prefix of its hook points,
 * `hook_scale` (√(variance + ε), [batch, position, 1]) and `hook_normalized`; without it the norm has no hook points.
 */
export function bareLayerNorm({ graph }: BuildContext, width: number, epsilon: number) {
  const [gain, bias] = [1, 0].map((value) =>
    graph.constant(tensor('F32', [width], new Float32Array(width).fill(value))),
  );
  return (x: Value, hook?: string): Value => {
    const [y, , inverse] = graph.applyAll('LayerNormalization', [x, gain!, bias!], { axis: -1, epsilon });
    if (hook === undefined) return y!;
    graph.hook(`${hook}.hook_scale`, graph.apply('Reciprocal', [inverse!]));
    return graph.hook(`${hook}.hook_normalized`, y!);
  };
}
