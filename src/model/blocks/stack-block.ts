import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/** One part of a block, from [batch, position, width] to the same. */
export interface Sublayer {
  readonly norm: (x: Value) => Value;
  readonly compute: (x: Value) => Value;
  /** Hook points of what it reads (where that is one), of what it adds, and of the sum. */
  readonly reads?: string;
  readonly adds: string;
  readonly sum: string;
}

/** Names of the parts of a block of an encoder or a decoder. */
export const sublayerHooks = {
  attention: { adds: 'hook_attn_out', sum: 'hook_resid_mid' },
  cross: { reads: 'hook_cross_attn_in', adds: 'hook_cross_attn_out', sum: 'hook_resid_mid_cross' },
  mlp: { adds: 'hook_mlp_out', sum: 'hook_resid_post' },
} as const;

/**
 * A block whose parts stand one behind the other, each with a norm in front of it (`normFirst`) or behind its sum
 * (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, §3.1): sum = x + compute(norm(x)), or norm(x + compute(x)).
 * `hook` is its prefix, `decoder.blocks.0`; it begins with `hook_resid_pre`, and where norms stand behind the sums it ends
 * with `hook_normalized_resid_post`.
 */
export function stackBlock(
  { graph }: BuildContext,
  hook: string,
  input: Value,
  normFirst: boolean,
  sublayers: readonly Sublayer[],
): Value {
  let stream = graph.hook(`${hook}.hook_resid_pre`, input);
  for (const { norm, compute, reads, adds, sum } of sublayers) {
    const read = reads === undefined ? stream : graph.hook(`${hook}.${reads}`, stream);
    const added = graph.hook(`${hook}.${adds}`, compute(normFirst ? norm(read) : read));
    const total = graph.hook(`${hook}.${sum}`, graph.apply('Add', [stream, added]));
    stream = normFirst ? total : norm(total);
  }
  return normFirst ? stream : graph.hook(`${hook}.hook_normalized_resid_post`, stream);
}
