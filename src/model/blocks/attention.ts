import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';

/** Sizes and scaling of one attention, and what it does beyond the plain one. */
export interface AttentionShape {
  readonly heads: number;
  readonly headWidth: number;
  /** Factor of q · k before the softmax, usually 1 / √headWidth. */
  readonly scale: number;
  /** Heads of keys and values, each shared by a group of query heads (Ainslie et al. 2023, GQA); `heads` by default. */
  readonly keyValueHeads?: number | undefined;
  /** Width of a head's values, where it is not that of its keys. */
  readonly valueWidth?: number | undefined;
  /** Applied to each head's queries and keys, [batch, position, head, headWidth], before `hook_q` and `hook_k`. */
  readonly normalize?: { readonly q: (x: Value) => Value; readonly k: (x: Value) => Value } | undefined;
  /** Applied after them, giving `hook_rot_q` and `hook_rot_k`: see {@link rotate}. */
  readonly rotate?: ((x: Value) => Value) | undefined;
  /** Scores are kept between −softcap and softcap: softcap · tanh(score / softcap). */
  readonly softcap?: number | undefined;
  /**
   * What is added to the scores besides the bias, [batch, head, destination, source], made of the queries and the keys,
   * [batch, head, position, headWidth]: `hook_position_scores`.
   */
  readonly relative?: ((query: Value, key: Value) => Value) | undefined;
  /** The softmax over masked scores, [batch, head, destination, source], where it is not the plain one. */
  readonly softmax?: ((scores: Value) => Value) | undefined;
  /** Whether keys and values come from another sequence than the queries: that of an encoder, which is read once. */
  readonly crosses?: boolean | undefined;
}

/**
 * Multi-head attention from queries, keys and values to the heads' outputs side by side (Vaswani et al. 2017,
 * https://arxiv.org/abs/1706.03762, §3.2), with the hook points `name.hook_q`, `hook_k`, `hook_v`,
 * `hook_attn_scores` (masked entries −∞), `hook_pattern` and `hook_z`.
 *
 * q: [batch, position, heads · headWidth]; k, v: the same for the heads of keys and values, at the positions of the
 * sources; bias: what is added to the scores, see {@link paddingBias} and {@link causalBias}. Result: [batch, position,
 * heads · valueWidth].
 *
 * In a graph with a {@link BuildContext.past} the sources are all positions so far, [batch, head, position,
 * past + position], through the keys and values carried as `name.past_key` and `name.past_value`; `hook_k` and `hook_v`
 * are those of the new positions. Keys and values of a cross attention are computed once, and taken as `name.held_key`
 * and `name.held_value`.
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
  const { heads, headWidth, scale, softcap, crosses, keyValueHeads = heads, valueWidth = headWidth } = shape;
  const {
    normalize,
    rotate,
    relative,
    softmax = (scores: Value) => graph.apply('Softmax', [scores], { axis: -1 }),
  } = shape;
  const split = (x: Value, count: number, width: number) =>
    graph.apply('Reshape', [x], { shape: [...x.shape.slice(0, 2), count, width] });
  const turned = (x: Value, letter: 'q' | 'k') => {
    const hook = graph.hook(`${name}.hook_${letter}`, normalize ? normalize[letter](x) : x);
    return rotate ? graph.hook(`${name}.hook_rot_${letter}`, rotate(hook)) : hook;
  };
  const byHead = (x: Value) => graph.apply('Transpose', [x], { perm: [0, 2, 1, 3] });
  const kept = (what: string, x: Value) =>
    crosses ? past?.hold(`${name}.held_${what}`, x) : past?.carry(`${name}.past_${what}`, x);
  const remember = (what: string, x: Value) => shared(context, kept(what, x) ?? x, keyValueHeads, heads);

  const query = byHead(turned(split(q, heads, headWidth), 'q')); // [batch, head, position, headWidth]
  const key = remember('key', byHead(turned(split(k, keyValueHeads, headWidth), 'k')));
  const value = remember('value', byHead(graph.hook(`${name}.hook_v`, split(v, keyValueHeads, valueWidth))));
  const products = graph.apply('FusedMatMul', [query, key], {
    transB: 1,
    alpha: softcap ? scale / softcap : scale,
  });
  const capped = softcap
    ? graph.apply('Mul', [graph.apply('Tanh', [products]), graph.scalar(softcap)])
    : products;
  const places = relative && graph.hook(`${name}.hook_position_scores`, relative(query, key));
  const placed = places ? graph.apply('Add', [capped, places]) : capped;
  const scores = graph.hook(`${name}.hook_attn_scores`, graph.apply('Add', [placed, bias]));
  const pattern = graph.hook(`${name}.hook_pattern`, softmax(scores));
  const mixed = graph.apply('MatMul', [pattern, value]);
  const z = graph.hook(`${name}.hook_z`, byHead(mixed));
  return graph.apply('Reshape', [z], { shape: [...z.shape.slice(0, 2), heads * valueWidth] });
}

/** Gives each query head the keys or values of its group: [batch, keyValueHead, …] → [batch, head, …]. */
function shared({ graph }: BuildContext, x: Value, keyValueHeads: number, heads: number): Value {
  if (keyValueHeads === heads) return x;
  const groups = BigInt64Array.from({ length: heads }, (_, head) =>
    BigInt(Math.floor(head / (heads / keyValueHeads))),
  );
  return graph.apply('Gather', [x, graph.constant(tensor('I64', [heads], groups))], { axis: 1 });
}

/**
 * 0 where the source is a token, −∞ where it is padding: [batch, 1, 1, source]; with a `reach` −∞ also where it stands
 * farther than that from the destination on either side: [batch, 1, destination, source]. A padding position then sees
 * itself, as in {@link causalBias}.
 */
export function paddingBias(context: BuildContext, reach?: number): Value {
  const { graph, inputs } = context;
  const mask = graph.apply('Cast', [inputs.mask], { to: 'BOOL' });
  const real = graph.apply('Unsqueeze', [mask], { axes: [1, 2] });
  if (reach === undefined) return orMinusInfinity(context, real);
  const places = placesIn(context, inputs.mask);
  const destination = graph.apply('Unsqueeze', [places], { axes: [1, 3] });
  const source = graph.apply('Unsqueeze', [places], { axes: [1, 2] });
  const within = (a: Value, b: Value) =>
    graph.apply('GreaterOrEqual', [graph.apply('Add', [a, graph.scalar(reach)]), b]);
  const near = graph.apply('And', [within(destination, source), within(source, destination)]);
  const itself = graph.apply('Equal', [destination, source]);
  return orMinusInfinity(context, graph.apply('Or', [graph.apply('And', [real, near]), itself]));
}

/**
 * 0 where the source is a token at or before the destination (and, with a window, less than `window` positions before
 * it), −∞ elsewhere: [batch, 1, destination, source], sources from the past included.
 * A padding position sees itself, so that its row of the softmax stays finite: −∞ throughout would give NaN, which
 * would reach real tokens as 0 · NaN.
 */
export function causalBias(context: BuildContext, window?: number): Value {
  const { graph, inputs, past, branches } = context;
  if (branches) return orMinusInfinity(context, branches.sight(window));
  const mask = past ? graph.apply('Concat', [past.mask, inputs.mask], { axis: 1 }) : inputs.mask;
  const own = placesIn(context, inputs.mask);
  const all = past ? placesIn(context, mask) : own;
  const index = past ? afterPast(context, own, past.mask) : own;
  const destination = graph.apply('Unsqueeze', [index], { axes: [1, 3] });
  const source = graph.apply('Unsqueeze', [all], { axes: [1, 2] });
  const real = graph.apply('Unsqueeze', [graph.apply('Cast', [mask], { to: 'BOOL' })], { axes: [1, 2] });
  const itself = graph.apply('Equal', [destination, source]);
  const before = graph.apply('GreaterOrEqual', [destination, source]);
  const seen = graph.apply('And', [before, graph.apply('Or', [real, itself])]);
  if (window === undefined) return orMinusInfinity(context, seen);
  const oldest = graph.apply('Sub', [destination, graph.scalar(window - 1)]);
  return orMinusInfinity(
    context,
    graph.apply('And', [seen, graph.apply('GreaterOrEqual', [source, oldest])]),
  );
}

/** 1, 2, 3 … along the row, padding included: where a token stands in the batch, not in its text. */
function placesIn({ graph }: BuildContext, mask: Value): Value {
  const ones = graph.apply('Add', [graph.apply('Mul', [mask, graph.scalar(0)]), graph.scalar(1)]);
  return graph.apply('CumSum', [ones], { axis: 1 });
}

/** Counts of the new positions, which stand behind all earlier ones. */
function afterPast({ graph }: BuildContext, own: Value, pastMask: Value): Value {
  const ones = graph.apply('Add', [graph.apply('Mul', [pastMask, graph.scalar(0)]), graph.scalar(1)]);
  return graph.apply('Add', [own, graph.apply('ReduceSum', [ones], { axes: [1], keepdims: 1 })]);
}

function orMinusInfinity({ graph }: BuildContext, allowed: Value): Value {
  const minusInfinity = graph.constant(tensor('F32', [], Float32Array.of(Number.NEGATIVE_INFINITY)));
  return graph.apply('Where', [allowed, graph.scalar(0), minusInfinity]);
}
