import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/** The parts of one block, each from [batch, position, width] to the same. */
export interface ParallelBlock {
  readonly ln1: (x: Value) => Value;
  readonly attention: (x: Value) => Value;
  readonly mlp: (x: Value) => Value;
}

/**
 * A block of a decoder whose attention and MLP stand side by side behind one norm (Wang and Komatsuzaki 2021, GPT-J): post
 * = pre + attention(ln1(pre)) + mlp(ln1(pre)). Hook points: `hook_resid_pre`, `hook_attn_out`, `hook_mlp_out`,
 * `hook_resid_post`.
 */
export function parallelBlock(
  { graph }: BuildContext,
  layer: number,
  input: Value,
  { ln1, attention, mlp }: ParallelBlock,
): Value {
  const hook = (name: string, value: Value) => graph.hook(`blocks.${layer}.hook_${name}`, value);
  const pre = hook('resid_pre', input);
  const normalized = ln1(pre);
  const attended = hook('attn_out', attention(normalized));
  const output = hook('mlp_out', mlp(normalized));
  return hook('resid_post', graph.apply('Add', [graph.apply('Add', [pre, attended]), output]));
}
