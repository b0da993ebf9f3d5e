import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import { type AttentionShape, attention } from './attention.js';
import { linear } from './linear.js';

/** An attention whose queries, keys and values are projections of their own. */
export interface ProjectedAttention extends Omit<AttentionShape, 'scale'> {
  /** Prefix of the weights; the parts are `q_proj`, `k_proj`, `v_proj` and `o_proj`. */
  readonly weights: string;
  /** Name of the output's part, where it is not `o_proj`. */
  readonly output?: string;
  /** Prefix of the hook points, e.g. `blocks.0.attn`. */
  readonly hook: string;
  /** Width of the residual stream. */
  readonly width: number;
  /** What is added to the scores: see {@link AttentionShape}. */
  readonly mask: Value;
  /** Whether the projections have biases; those of the output apart. None by default. */
  readonly bias?: { readonly input: boolean; readonly output: boolean };
  /** Factor of q · k, 1 / √headWidth by default. */
  readonly scale?: number;
  /** Applied to a whole projection, [batch, position, heads · headWidth], before it is cut into heads. */
  readonly prepare?: (x: Value, part: 'q' | 'k' | 'v') => Value;
}

/** Attention of x to itself, with its projections: [batch, position, width] → the same. */
export function projectedAttention(context: BuildContext, x: Value, shape: ProjectedAttention): Value {
  const { weights, hook, width, mask, heads, headWidth, bias = { input: false, output: false } } = shape;
  const { keyValueHeads = heads, scale = 1 / Math.sqrt(headWidth), prepare = (y: Value) => y } = shape;
  const { output = 'o_proj' } = shape;
  const project = (part: 'q' | 'k' | 'v', count: number) =>
    prepare(
      linear(context, x, `${weights}.${part}_proj`, { from: width, to: count * headWidth }, bias.input),
      part,
    );
  const [q, k, v] = [project('q', heads), project('k', keyValueHeads), project('v', keyValueHeads)];
  const z = attention(context, hook, q, k, v, mask, { ...shape, scale });
  return linear(context, z, `${weights}.${output}`, { from: heads * headWidth, to: width }, bias.output);
}
