import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/** The parts of one block, each from [batch, position, width] to the same. */
export interface PostNormBlock {
  readonly attention: (x: Value) => Value;
  readonly ln1: (x: Value) => Value;
  readonly mlp: (x: Value) => Value;
  readonly ln2: (x: Value) => Value;
}

/**
 * A block of an encoder whose norms stand behind the sums (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, §3.1):
 * mid = pre + attention(pre), post = ln1(mid) + mlp(ln1(mid)), and ln2(post) leaves it. Hook points: `hook_resid_pre`,
 * `hook_attn_out`, `hook_resid_mid`, `hook_mlp_out`, `hook_resid_post` and `hook_normalized_resid_post`.
 */
export function postNormBlock(
  { graph }: BuildContext,
  layer: number,
  input: Value,
  { attention, ln1, mlp, ln2 }: PostNormBlock,
): Value {
  const hook = (name: string, value: Value) => graph.hook(`blocks.${layer}.hook_${name}`, value);
  const pre = hook('resid_pre', input);
  const attended = hook('attn_out', attention(pre));
  const normalized = ln1(hook('resid_mid', graph.apply('Add', [pre, attended])));
  const output = hook('mlp_out', mlp(normalized));
  const post = hook('resid_post', graph.apply('Add', [normalized, output]));
  return hook('normalized_resid_post', ln2(post));
}
