import type { ValueType } from '../../graph/index.js';
import { pauses } from '../../pauses.js';
import { type DataArrays, dataArrays, elementCount, type Tensor, tensor } from '../../tensor/index.js';
import type { Step, StepRow } from './continuation.js';

/**
 * The values of one row over its whole text, put together from the steps that read it: what one run over that text
 * would give. What a step did not compute, because the source came later, is 0, or −∞ in attention scores.
 * @param types types of the values in the graph of a step, by name
 */
export async function assemble(
  steps: readonly Step[],
  row: number,
  types: ReadonlyMap<string, ValueType>,
  signal?: AbortSignal,
): Promise<Map<string, Tensor>> {
  const last = steps.at(-1)!.rows[row]!;
  const pause = pauses({ signal });
  const values = new Map<string, Tensor>();
  for (const [name, { dtype, shape }] of types) {
    const sizes = shape.slice(1);
    const whole = sizes.map((size) =>
      typeof size === 'number' ? size : size === 'source' ? last.read.length : last.sources.length,
    );
    const data = new dataArrays[dtype](elementCount(whole)) as DataArrays[typeof dtype];
    if (name.endsWith('hook_attn_scores')) (data as Float32Array).fill(Number.NEGATIVE_INFINITY);
    const result = tensor(dtype, whole, data);
    for (const step of steps) {
      await pause();
      const place = step.rows[row]!;
      if (place.fresh.length > 0) copy(part(step.outputs.get(name)!, row), sizes, place, result);
    }
    values.set(name, result);
  }
  return values;
}

function part({ dtype, shape, data }: Tensor, row: number): Tensor {
  const size = elementCount(shape.slice(1));
  const own = data.subarray(row * size, (row + 1) * size) as DataArrays[typeof dtype];
  return tensor(dtype, shape.slice(1), own);
}

/** Writes what a step computed for a row to its place in the whole. */
function copy(from: Tensor, sizes: ValueType['shape'], place: StepRow, to: Tensor): void {
  const axes = sizes.map((size, axis) => {
    if (size === 'position') return { indices: place.fresh, start: place.earlier };
    if (size === 'past + position') return { indices: place.sources, start: 0 };
    if (size === 'source') return { indices: place.read, start: 0 };
    return { indices: Array.from({ length: from.shape[axis]! }, (_, i) => i), start: 0 };
  });
  const source = from.data as Float32Array;
  const target = to.data as Float32Array;
  const walk = (axis: number, read: number, write: number): void => {
    const { indices, start } = axes[axis]!;
    const [rowIn, rowOut] = [read * from.shape[axis]!, write * to.shape[axis]! + start];
    if (axis < axes.length - 1) {
      for (const [i, index] of indices.entries()) walk(axis + 1, rowIn + index, rowOut + i);
    } else if (indices.at(-1)! - indices[0]! === indices.length - 1) {
      target.set(source.subarray(rowIn + indices[0]!, rowIn + indices[0]! + indices.length), rowOut);
    } else {
      for (const [i, index] of indices.entries()) target[rowOut + i] = source[rowIn + index]!;
    }
  };
  walk(0, 0, 0);
}
