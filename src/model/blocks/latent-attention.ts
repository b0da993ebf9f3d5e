import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { BuildContext } from '../architecture.js';
import { attention } from './attention.js';
import { linear } from './linear.js';
import { rmsNorm } from './rms-norm.js';

/** Names and sizes of an attention through latents. */
export interface LatentAttention {
  /** Prefix of the weights. */
  readonly weights: string;
  /** Prefix of the hook points, e.g. `blocks.0.attn`. */
  readonly hook: string;
  /** Width of the residual stream. */
  readonly width: number;
  readonly heads: number;
  /** Features of a head's queries and keys that are not turned, and those that are and stand behind them. */
  readonly plainWidth: number;
  readonly turnedWidth: number;
  readonly valueWidth: number;
  /** Width of the latent of the queries; without it they are projected at once. */
  readonly queryRank?: number | undefined;
  /** Width of the latent of keys and values. */
  readonly rank: number;
  /** Whether the projections into the latents, and that of the output, have biases. */
  readonly bias: boolean;
  readonly mask: Value;
  /** Factor of q · k. */
  readonly scale: number;
  /** Turns features by their positions, [batch, position, head, turnedWidth]. */
  readonly rotate: (x: Value) => Value;
}

/** Of the norms of the latents, whatever the config says. */
const epsilon = 1e-6;

/**
 * Multi-head latent attention (DeepSeek-AI 2024, https://arxiv.org/abs/2405.04434, §2.1): keys and values of all heads
 * are read from one latent, and the part of the keys that is turned by position is one that all heads share.
 * [batch, position, width] → the same. Hook points besides those of {@link attention}: `hook_q_latent` and
 * `hook_kv_latent`, normed, [batch, position, rank]. A text that is continued carries the keys and values of each head.
 */
export function latentAttention(context: BuildContext, x: Value, shape: LatentAttention): Value {
  const { graph } = context;
  const { weights, hook, width, heads, plainWidth, turnedWidth, valueWidth, rank, bias } = shape;
  const headWidth = plainWidth + turnedWidth;
  const split = (y: Value, sizes: number[]) => graph.applyAll('Split', [y], { axis: -1, sizes });
  const reshape = (y: Value, ...sizes: number[]) =>
    graph.apply('Reshape', [y], { shape: ['batch', 'position', ...sizes] });

  const q = queries(context, x, shape, heads * headWidth);
  const both = linear(
    context,
    x,
    `${weights}.kv_a_proj_with_mqa`,
    { from: width, to: rank + turnedWidth },
    bias,
  );
  const [compressed, turned] = split(both, [rank, turnedWidth]);
  const latent = graph.hook(
    `${hook}.hook_kv_latent`,
    rmsNorm(context, compressed!, { weights: `${weights}.kv_a_layernorm` }, rank, epsilon),
  );
  const sizes = { from: rank, to: heads * (plainWidth + valueWidth) };
  const opened = linear(context, latent, `${weights}.kv_b_proj`, sizes, false);
  const [plain, v] = split(reshape(opened, heads, plainWidth + valueWidth), [plainWidth, valueWidth]);
  const ones = graph.constant(tensor('F32', [heads, 1], new Float32Array(heads).fill(1)));
  const ofEach = graph.apply('Mul', [reshape(turned!, 1, turnedWidth), ones]); // [batch, position, head, turnedWidth]
  const k = graph.apply('Concat', [plain!, ofEach], { axis: -1 });
  const z = attention(
    context,
    hook,
    q,
    reshape(k, heads * headWidth),
    reshape(v!, heads * valueWidth),
    shape.mask,
    {
      heads,
      headWidth,
      valueWidth,
      scale: shape.scale,
      rotate: (head) => {
        const [still, moved] = split(head, [plainWidth, turnedWidth]);
        return graph.apply('Concat', [still!, shape.rotate(moved!)], { axis: -1 });
      },
    },
  );
  return linear(context, z, `${weights}.o_proj`, { from: heads * valueWidth, to: width }, bias);
}

function queries(context: BuildContext, x: Value, shape: LatentAttention, to: number): Value {
  const { weights, hook, width, queryRank, bias } = shape;
  if (queryRank === undefined) return linear(context, x, `${weights}.q_proj`, { from: width, to }, false);
  const compressed = linear(context, x, `${weights}.q_a_proj`, { from: width, to: queryRank }, bias);
  const latent = context.graph.hook(
    `${hook}.hook_q_latent`,
    rmsNorm(context, compressed, { weights: `${weights}.q_a_layernorm` }, queryRank, epsilon),
  );
  return linear(context, latent, `${weights}.q_b_proj`, { from: queryRank, to }, false);
}
