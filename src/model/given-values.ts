import { PellucidError } from '../errors.js';
import { formatShape, type Graph } from '../graph/index.js';
import { type Tensor, tensor } from '../tensor/index.js';
import type { Batch } from './batch.js';
import { matchHooks } from './hooks.js';

/** Values of hook points that are used in place of what the model computes there, by name. */
export type GivenValues = Readonly<Record<string, Tensor>>;

/** The hook points that are given. @throws PellucidError `not-found` for names that do not exist. */
export function givenHooks(given: GivenValues | undefined, hooks: readonly string[]): string[] {
  return matchHooks(Object.keys(given ?? {}), hooks);
}

/** Puts the batch axis of one row before each value. */
export function withBatchAxis(given: GivenValues): GivenValues {
  return Object.fromEntries(
    Object.entries(given).map(([name, { dtype, shape, data }]) => [name, tensor(dtype, [1, ...shape], data)]),
  );
}

/**
 * Checks given values against the places they take.
 * @throws PellucidError `bad-input` where a shape does not fit; both are named.
 */
export function checkGiven(given: GivenValues, graph: Graph, batch: Batch): void {
  const position = Math.max(...batch.rows.map(({ start, length }) => start + length));
  const sizes: Readonly<Record<string, number>> = { batch: batch.rows.length, position };
  for (const [name, { dtype, shape }] of Object.entries(given)) {
    const type = graph.values.get(name)!;
    const wanted = type.shape.map((size) => (typeof size === 'number' ? size : (sizes[size] ?? size)));
    if (dtype === type.dtype && formatShape(shape) === formatShape(wanted)) continue;
    const found = `${dtype} ${formatShape(shape)}`;
    throw new PellucidError(
      'bad-input',
      `The value given for "${name}" is ${found}, and it must be ${type.dtype} ${formatShape(wanted)}.`,
    );
  }
}
