import { PellucidError } from '../../errors.js';
import type { GraphBuilder, Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

type Activation = (graph: GraphBuilder, x: Value) => Value;

const gelu: Activation = (graph, x) => graph.apply('Gelu', [x], { approximate: 'none' });
const tanhGelu: Activation = (graph, x) => graph.apply('Gelu', [x], { approximate: 'tanh' });
const silu: Activation = (graph, x) => graph.apply('Mul', [x, graph.apply('Sigmoid', [x])]);

/** transformers' rounded constants of the Laplace function (Ma et al. 2022, Mega, eq. 12), not √½ and √(4π)⁻¹. */
const laplaceMean = Number('0.707107');
const laplaceScale = 0.282095 * Math.SQRT2;

/** The elementwise functions that `hidden_act` and `activation_function` name, as transformers' ACT2FN defines them. */
const activations: Readonly<Record<string, Activation>> = {
  gelu,
  gelu_10: (graph, x) => graph.apply('Clip', [gelu(graph, x)], { min: -10, max: 10 }),
  gelu_accurate: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_new: tanhGelu,
  gelu_python: gelu,
  gelu_python_tanh: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  hardswish: (graph, x) => graph.apply('HardSwish', [x]),
  laplace: (graph, x) => {
    const scaled = graph.apply('Div', [
      graph.apply('Sub', [x, graph.scalar(laplaceMean)]),
      graph.scalar(laplaceScale),
    ]);
    return graph.apply('Mul', [
      graph.scalar(0.5),
      graph.apply('Add', [graph.scalar(1), graph.apply('Erf', [scaled])]),
    ]);
  },
  leaky_relu: (graph, x) => graph.apply('LeakyRelu', [x], { alpha: 0.01 }),
  linear: (_, x) => x,
  mish: (graph, x) => graph.apply('Mish', [x]),
  quick_gelu: (graph, x) => {
    const gate = graph.apply('Sigmoid', [graph.apply('Mul', [x, graph.scalar(1.702)])]);
    return graph.apply('Mul', [x, gate]);
  },
  relu: (graph, x) => graph.apply('Relu', [x]),
  relu2: (graph, x) => {
    const positive = graph.apply('Relu', [x]);
    return graph.apply('Mul', [positive, positive]);
  },
  relu6: (graph, x) => graph.apply('Clip', [x], { min: 0, max: 6 }),
  sigmoid: (graph, x) => graph.apply('Sigmoid', [x]),
  silu,
  sqrtsoftplus: (graph, x) => graph.apply('Sqrt', [graph.apply('Softplus', [x])]),
  swish: silu,
  tanh: (graph, x) => graph.apply('Tanh', [x]),
};

/**
 * Applies the activation that the config names under `key`.
 * @throws PellucidError `unsupported` when there is none of that name.
 */
export function activation(
  { graph, config }: Pick<BuildContext, 'graph' | 'config'>,
  key: string,
  fallback: string,
  x: Value,
): Value {
  return activations[config.choice(key, fallback, Object.keys(activations))]!(graph, x);
}

/**
 * The activation of a name that a config spells inside another value, as T5's `feed_forward_proj` does.
 * @throws PellucidError `unsupported` when there is none of that name.
 */
export function activationNamed(
  { graph, config }: Pick<BuildContext, 'graph' | 'config'>,
  key: string,
  name: string,
): (x: Value) => Value {
  const found = Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (found) return (x) => found(graph, x);
  throw new PellucidError(
    'unsupported',
    `${key} in config.json of ${config.where} names the activation "${name}", and Pellucid supports only ${Object.keys(activations).join(', ')}.`,
  );
}
