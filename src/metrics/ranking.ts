import type { CurvePoint } from '../explanations/index.js';
import type { Coalition } from '../question/index.js';
import type { Game } from './metric.js';

/** Shares of the features at which ERASER looks. */
export const eraserShares = [0.01, 0.05, 0.1, 0.2, 0.5] as const;

/** Features by falling score; of equal ones the earlier first. */
export function ranking(scores: ArrayLike<number>): number[] {
  return Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
}

/** How many features a share is: the next whole number, at least 1. */
export function countOf(share: number, size: number): number {
  return Math.min(size, Math.max(1, Math.ceil(share * size - 1e-9)));
}

/** The coalition in which the first `count` of an order are present, or all but those. */
export function coalitionOf(order: readonly number[], count: number, present: boolean): Coalition {
  const coalition = new Uint8Array(order.length).fill(present ? 0 : 1);
  for (const feature of order.slice(0, count)) coalition[feature] = present ? 1 : 0;
  return coalition;
}

/**
 * The target along several orders: where the first features of each are taken away (`remove`), or where only those are
 * kept (`keep`), for every number of features from 0 to all.
 * @returns for each order the values at 0, 1, … size features
 */
export async function walks(
  game: Game,
  orders: readonly (readonly number[])[],
  how: 'keep' | 'remove',
): Promise<Float64Array[]> {
  const steps = Array.from({ length: game.size + 1 }, (_, count) => count);
  return valuesAt(game, orders, steps, how);
}

/** As {@link walks}, at some numbers of features only. */
export async function valuesAt(
  game: Game,
  orders: readonly (readonly number[])[],
  counts: readonly number[],
  how: 'keep' | 'remove',
): Promise<Float64Array[]> {
  const coalitions = orders.flatMap((order) =>
    counts.map((count) => coalitionOf(order, count, how === 'keep')),
  );
  const values = await game.values(coalitions);
  return orders.map((_, i) => values.slice(i * counts.length, (i + 1) * counts.length));
}

/** The target where all features are present. */
export async function wholeValue(game: Game): Promise<number> {
  return (await game.values([new Uint8Array(game.size).fill(1)]))[0]!;
}

/** Area under a walk of equal steps by the trapezoid rule, over a width of 1. */
export function areaUnder(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += (values[i]! + values[i - 1]!) / 2;
  return sum / (values.length - 1);
}

/** A walk as the points of a curve. */
export function curveOf(values: ArrayLike<number>): CurvePoint[] {
  return Array.from({ length: values.length }, (_, i) => ({
    share: i / (values.length - 1),
    value: values[i]!,
  }));
}
