import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import { linear } from './linear.js';

/** Names and sizes of an MLP of two layers. */
export interface PlainMlp {
  /** Weights of the layer into the inner width, and of the layer out of it. */
  readonly weights: readonly [into: string, out: string];
  /** Prefix of the hook points, e.g. `blocks.0.mlp`. */
  readonly hook: string;
  readonly width: number;
  readonly inner: number;
  readonly activation: (x: Value) => Value;
  /** Whether its layers have biases, as nearly all do. */
  readonly bias?: boolean;
}

/** out(act(into(x))), with the hook points `hook_pre` and `hook_post` before and after the activation. */
export function plainMlp(context: BuildContext, x: Value, mlp: PlainMlp): Value {
  const { graph } = context;
  const { weights, hook, width, inner, activation, bias = true } = mlp;
  const pre = linear(context, x, weights[0], { from: width, to: inner }, bias);
  const post = graph.hook(`${hook}.hook_post`, activation(graph.hook(`${hook}.hook_pre`, pre)));
  return linear(context, post, weights[1], { from: inner, to: width }, bias);
}
