import type { DataType } from '../tensor/index.js';

/** Size of an axis: a number, or the name of a size that is known only when the graph runs (`batch`). */
export type Dimension = number | string;

/** The static type of a value: element type and shape. */
export interface ValueType {
  readonly dtype: DataType;
  readonly shape: readonly Dimension[];
}

/** A value inside a graph: a name that is assigned exactly once, with its type. */
export interface Value extends ValueType {
  readonly name: string;
}

/** `[batch, position, 64]`, for messages. */
export function formatShape(shape: readonly Dimension[]): string {
  return `[${shape.join(', ')}]`;
}

/** The shape that numpy's rules give to an elementwise operation. @throws RangeError when they do not fit. */
export function broadcast(a: readonly Dimension[], b: readonly Dimension[]): Dimension[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new RangeError(`shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast`);
  });
}

/** `axis` counted from the front, where negative ones count from the back. @throws RangeError outside the rank. */
export function resolveAxis(axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (resolved < 0 || resolved >= rank)
    throw new RangeError(`axis ${axis} is outside a value of rank ${rank}`);
  return resolved;
}
