import { z } from 'zod';
import { PellucidError } from '../../errors.js';
import { patternsOf } from '../../model/index.js';
import type { Question } from '../../question/index.js';

/** A layer or head counted from 0; null for all. */
export const oneOrAll = z.int().nonnegative().nullable().default(null);

/** The layer that rollout starts from. */
export const startLayer = z.int().nonnegative().default(0);

/** The share of the residual connection. */
export const residualShare = z.number().min(0).max(1).default(0.5);

/**
 * Refuses a layer or head that the model does not have.
 * @throws PellucidError `not-found`
 */
export function requirePlaces(
  { model }: Question,
  { layer = null, head = null }: { readonly layer?: number | null; readonly head?: number | null },
): void {
  const { layers, heads } = patternsOf(model.dimensions);
  for (const [what, index, count] of [
    ['layer', layer, layers],
    ['head', head, heads],
  ] as const) {
    if (index === null || index < count) continue;
    throw new PellucidError(
      'not-found',
      `${model.id} has no ${what} ${index}: there are ${count}, counted from 0.`,
    );
  }
}
