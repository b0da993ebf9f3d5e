import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import type { ConfigReader } from '../config-reader.js';

/** Keeps x between −cap and cap: cap · tanh(x / cap) (Bello et al. 2016, https://arxiv.org/abs/1611.09940, §4). */
export function softcap({ graph }: BuildContext, x: Value, cap: number): Value {
  const share = graph.apply('Tanh', [graph.apply('Div', [x, graph.scalar(cap)])]);
  return graph.apply('Mul', [share, graph.scalar(cap)]);
}

/** The cap that a config's `key` sets; undefined where it is null, or left out and without a default. */
export function capOf(config: ConfigReader, key: string, fallback?: number): number | undefined {
  const value = config.value(key) === undefined ? fallback : config.value(key);
  return value === undefined || value === null ? undefined : config.positive(key, fallback ?? 1);
}
