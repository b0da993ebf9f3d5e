import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import { type AttentionShape, attention } from './attention.js';
import { linear } from './linear.js';

/** An attention in a block of an encoder or a decoder. */
export interface StackAttention extends AttentionShape {
  /** Full names of the weights of queries, keys, values and output, without `.weight` and `.bias`. */
  readonly weights: readonly [q: string, k: string, v: string, output: string];
  /** Prefix of the hook points, e.g. `decoder.blocks.0.cross_attn`. */
  readonly hook: string;
  /** Width of the residual stream. */
  readonly width: number;
  /** What is added to the scores. */
  readonly mask: Value;
  /** Whether the projections have biases. */
  readonly bias: boolean;
  /** What an encoder made of its text, [batch, source, width], where the attention is to that. */
  readonly source?: Value | undefined;
}

/** Attention of x to itself or to what an encoder made: [batch, position, width] → the same. */
export function stackAttention(context: BuildContext, x: Value, shape: StackAttention): Value {
  const { weights, hook, width, mask, bias, source, heads, headWidth } = shape;
  const inner = heads * headWidth;
  const [q, k, v] = [x, source ?? x, source ?? x].map((from, part) =>
    linear(context, from, weights[part]!, { from: width, to: inner }, bias),
  );
  const z = attention(context, hook, q!, k!, v!, mask, { ...shape, crosses: source !== undefined });
  return linear(context, z, weights[3], { from: inner, to: width }, bias);
}

/** The context in which the encoder of an encoder-decoder is written: it reads the source, always as a whole. */
export function encoderContext(context: BuildContext): BuildContext {
  const { inputs, sourceInputs } = context;
  return { ...context, inputs: { ...inputs, ...sourceInputs }, past: undefined };
}

/** The name of the first table that the file holds, for tied tables are stored once, twice or more often. */
export function tableAmong({ weights }: BuildContext, names: readonly string[]): string {
  return names.find((name) => weights.has(name)) ?? names[0]!;
}
