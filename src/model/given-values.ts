import { PellucidError } from '../errors.js';
import { formatShape, type Graph } from '../graph/index.js';
import { type Tensor, tensor } from '../tensor/index.js';
import { matchHooks } from './hooks.js';
import type { EncodedInput } from './model-input.js';

/** Values of hook points that are used in place of what the model computes there, by name. */
export type GivenValues = Readonly<Record<string, Tensor>>;

/** Puts the batch axis of one row before each value. */
export function withBatchAxis(given: GivenValues): GivenValues {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const { dtype, shape, data } = asTensor(name, value);
      return [name, tensor(dtype, [1, ...shape], data)];
    }),
  );
}

/** @throws PellucidError `bad-input` for what is no tensor: programs in JavaScript may give anything. */
function asTensor(name: string, value: Tensor): Tensor {
  if (Array.isArray(value?.shape) && ArrayBuffer.isView(value.data)) return value;
  throw new PellucidError(
    'bad-input',
    `The value given for "${name}" is no tensor: it must be { dtype: 'F32', shape: [ … ], data: Float32Array }.`,
  );
}

/**
 * Given values, checked against the places they take.
 * @throws PellucidError `not-found` for a hook point that does not exist, `bad-input` where a shape does not fit (both
 * are named) or the rows are of unequal length.
 */
export function givenValues(
  given: GivenValues,
  graph: Graph,
  rows: readonly Pick<EncodedInput, 'tokens' | 'source'>[],
): Map<string, Tensor> {
  const lengths = new Set(rows.map(({ tokens }) => tokens.length));
  const sources = new Set(rows.map(({ source }) => source?.tokens.length ?? 0));
  if (lengths.size > 1 || sources.size > 1)
    throw new PellucidError('bad-input', 'Values can be given only to inputs with equally many tokens.');
  const sizes: Readonly<Record<string, number>> = {
    batch: rows.length,
    position: [...lengths][0]!,
    source: [...sources][0]!,
  };
  const names = matchHooks(Object.keys(given), graph.hooks);
  return new Map(
    names.map((name) => {
      const value = given[name];
      if (!value)
        throw new PellucidError('bad-input', `A value is given for one hook point, so not for "${name}".`);
      asTensor(name, value);
      const type = graph.values.get(name)!;
      const wanted = formatShape(type.shape.map((size) => sizes[size] ?? size));
      if (value.dtype === type.dtype && formatShape(value.shape) === wanted) return [name, value];
      const found = `${value.dtype} ${formatShape(value.shape)}`;
      throw new PellucidError(
        'bad-input',
        `The value given for "${name}" is ${found}, and it must be ${type.dtype} ${wanted}.`,
      );
    }),
  );
}

/** A row's value as a batch of one. */
export function withBatch(value: Tensor): Tensor {
  return { dtype: value.dtype, shape: [1, ...value.shape], data: value.data };
}
