import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import { activation } from './activation.js';
import { linear } from './linear.js';

/** Names and sizes of a gated MLP. */
export interface GatedMlp {
  /** Prefix of the weights. */
  readonly weights: string;
  /** Names of the two branches, where they are not `gate_proj` and `up_proj`. */
  readonly parts?: readonly [gate: string, up: string];
  /** Prefix of the hook points, e.g. `blocks.0.mlp`; without it the MLP has none. */
  readonly hook?: string;
  readonly width: number;
  readonly inner: number;
  /** Config key of the activation and its default, or the function itself. */
  readonly activation: readonly [key: string, fallback: string] | ((x: Value) => Value);
  readonly bias?: boolean;
  /** Part that gives both branches, the gate first, where they are stored as one; else `gate_proj` and `up_proj`. */
  readonly fused?: string;
  /** Part that leads out, where it is not `down_proj`. */
  readonly output?: string;
}

/**
 * down(act(gate(x)) · up(x)) (Shazeer 2020, https://arxiv.org/abs/2002.05202). Hook points: `hook_pre` (gate branch
 * before the activation), `hook_pre_linear` (the other branch) and `hook_post` (their product).
 */
export function gatedMlp(context: BuildContext, x: Value, mlp: GatedMlp): Value {
  const { graph } = context;
  const { weights, hook, width, inner, bias = false, fused, output = 'down_proj' } = mlp;
  const { parts: [gateName, upName] = ['gate_proj', 'up_proj'] } = mlp;
  const activate = configured(context, mlp.activation);
  const named = (name: string, value: Value) =>
    hook === undefined ? value : graph.hook(`${hook}.${name}`, value);
  const into = (part: string, to: number) =>
    linear(context, x, `${weights}.${part}`, { from: width, to }, bias);
  const [opened, other] =
    fused === undefined
      ? [into(gateName, inner), into(upName, inner)]
      : graph.applyAll('Split', [into(fused, 2 * inner)], { axis: -1, sizes: [inner, inner] });
  const gate = named('hook_pre', opened!);
  const up = named('hook_pre_linear', other!);
  const product = graph.apply('Mul', [activate(gate), up]);
  return linear(
    context,
    named('hook_post', product),
    `${weights}.${output}`,
    { from: inner, to: width },
    bias,
  );
}

function configured(context: BuildContext, given: GatedMlp['activation']): (x: Value) => Value {
  return typeof given === 'function' ? given : (x) => activation(context, ...given, x);
}
