import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/** The parts of one block, each from [batch, position, width] to the same. */
export interface PreNormBlock {
  readonly ln1: (x: Value) => Value;
  readonly attention: (x: Value) => Value;
  readonly ln2: (x: Value) => Value;
  readonly mlp: (x: Value) => Value;
  /** Factor of what attention and MLP add to the residual stream; 1 by default. */
  readonly multiplier?: number;
}

/**
 * A block of a decoder whose attention and MLP stand one behind the other, each behind a norm: mid = pre +
 * attention(ln1(pre)), post = mid + mlp(ln2(mid)). Hook points: `hook_resid_pre`, `hook_attn_out`, `hook_resid_mid`,
 * `hook_mlp_out`, `hook_resid_post`; the two `…_out` are what is added, multiplied.
 */
export function preNormBlock(
  { graph }: BuildContext,
  layer: number,
  input: Value,
  { ln1, attention, ln2, mlp, multiplier = 1 }: PreNormBlock,
): Value {
  const hook = (name: string, value: Value) => graph.hook(`blocks.${layer}.hook_${name}`, value);
  const times = (x: Value) => (multiplier === 1 ? x : graph.apply('Mul', [x, graph.scalar(multiplier)]));
  const pre = hook('resid_pre', input);
  const attended = hook('attn_out', times(attention(ln1(pre))));
  const mid = hook('resid_mid', graph.apply('Add', [pre, attended]));
  const output = hook('mlp_out', times(mlp(ln2(mid))));
  return hook('resid_post', graph.apply('Add', [mid, output]));
}
