import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';

/** Sizes and scaling of one attention. */
export interface AttentionShape {
  readonly heads: number;
  readonly headWidth: number;
  /** Factor of q · k before the softmax, usually 1 / √headWidth. */
  readonly scale: number;
}

/**
 * Multi-head attention from queries, keys and values to the heads' outputs side by side (Vaswani et al. 2017,
 * https://arxiv.org/abs/1706.03762, §3.2), with the hook points `name.hook_q`, `hook_k`, `hook_v`,
 * `hook_attn_scores` (masked entries −∞), `hook_pattern` and `hook_z`.
 *
 * q, k, v: [batch, position, heads · headWidth]; bias: what is added to the scores, see {@link paddingBias} and
 * {@link causalBias}. Result: [batch, position, heads · headWidth].
 *
 * In a graph with a {@link BuildContext.past} the sources are all positions so far, [batch, head, position,
 * past + position], through the keys and values carried as `name.past_key` and `name.past_value`; `hook_k` and `hook_v`
 * are those of the new positions.
 */
export function attention(
  context: BuildContext,
  name: string,
  q: Value,
  k: Value,
  v: Value,
  bias: Value,
  shape: AttentionShape,
): Value {
  const { graph, past } = context;
  const { heads, headWidth, scale } = shape;
  const split = (x: Value, hook: string) => {
    const apart = graph.apply('Reshape', [x], { shape: ['batch', 'position', heads, headWidth] });
    return graph.apply('Transpose', [graph.hook(`${name}.${hook}`, apart)], { perm: [0, 2, 1, 3] });
  };
  const query = split(q, 'hook_q'); // [batch, head, position, headWidth]
  const remember = (what: string, x: Value) => past?.carry(`${name}.past_${what}`, x) ?? x;
  const key = remember('key', split(k, 'hook_k'));
  const value = remember('value', split(v, 'hook_v'));
  const products = graph.apply('FusedMatMul', [query, key], { transB: 1, alpha: scale });
  const scores = graph.hook(`${name}.hook_attn_scores`, graph.apply('Add', [products, bias]));
  const pattern = graph.hook(`${name}.hook_pattern`, graph.apply('Softmax', [scores], { axis: -1 }));
  const mixed = graph.apply('MatMul', [pattern, value]);
  const z = graph.hook(`${name}.hook_z`, graph.apply('Transpose', [mixed], { perm: [0, 2, 1, 3] }));
  return graph.apply('Reshape', [z], { shape: ['batch', 'position', heads * headWidth] });
}

/** 0 where the source is a token, −∞ where it is padding: [batch, 1, 1, source]. */
export function paddingBias(context: BuildContext): Value {
  const { graph, inputs } = context;
  const mask = graph.apply('Cast', [inputs.mask], { to: 'BOOL' });
  return orMinusInfinity(context, graph.apply('Unsqueeze', [mask], { axes: [1, 2] }));
}

/**
 * 0 where the source is a token at or before the destination, −∞ elsewhere: [batch, 1, destination, source], sources
 * from the past included.
 * A padding position sees itself, so that its row of the softmax stays finite: −∞ throughout would give NaN, which
 * would reach real tokens as 0 · NaN.
 */
export function causalBias(context: BuildContext): Value {
  const { graph, inputs, past } = context;
  const zeros = (mask: Value) => graph.apply('Mul', [mask, graph.scalar(0)]);
  // Counts 1, 2, 3 … along the row, padding included: where a token stands in the batch, not in its text.
  const ones = graph.apply('Add', [zeros(inputs.mask), graph.scalar(1)]);
  const index = graph.apply('CumSum', [ones], { axis: 1 });
  const destination = graph.apply('Unsqueeze', [index], { axes: [1, 3] });
  // Earlier positions count 0: each new one stands behind them all.
  const along = (earlier: (mask: Value) => Value, own: Value) =>
    past ? graph.apply('Concat', [earlier(past.mask), own], { axis: 1 }) : own;
  const source = graph.apply('Unsqueeze', [along(zeros, index)], { axes: [1, 2] });
  const mask = along((earlier) => earlier, inputs.mask);
  const real = graph.apply('Unsqueeze', [graph.apply('Cast', [mask], { to: 'BOOL' })], { axes: [1, 2] });
  const itself = graph.apply('Equal', [destination, source]);
  const before = graph.apply('GreaterOrEqual', [destination, source]);
  return orMinusInfinity(context, graph.apply('And', [before, graph.apply('Or', [real, itself])]));
}

function orMinusInfinity({ graph }: BuildContext, allowed: Value): Value {
  const minusInfinity = graph.constant(tensor('F32', [], Float32Array.of(Number.NEGATIVE_INFINITY)));
  return graph.apply('Where', [allowed, graph.scalar(0), minusInfinity]);
}
