import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';

/** How the heads stand in a projection that gives queries, keys and values at once. */
export interface FusedHeads {
  readonly heads: number;
  readonly headWidth: number;
  /** Heads of keys and values; `heads` by default. */
  readonly keyValueHeads?: number;
}

/**
 * Queries, keys and values that stand group by group in one projection: the queries that share a key, that key, that
 * value, then the next group. x: [batch, position, (heads + 2 · keyValueHeads) · headWidth].
 */
export function fusedHeads(
  { graph }: BuildContext,
  x: Value,
  { heads, headWidth, keyValueHeads = heads }: FusedHeads,
): [Value, Value, Value] {
  const sizes = [(heads / keyValueHeads) * headWidth, headWidth, headWidth];
  const whole = sizes.reduce((total, size) => total + size, 0);
  const grouped = graph.apply('Reshape', [x], { shape: ['batch', 'position', keyValueHeads, whole] });
  const [q, k, v] = graph
    .applyAll('Split', [grouped], { axis: -1, sizes })
    .map((part, i) =>
      graph.apply('Reshape', [part], { shape: ['batch', 'position', keyValueHeads * sizes[i]!] }),
    );
  return [q!, k!, v!];
}
