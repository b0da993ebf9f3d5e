import type { Attention } from 'pellucid/explanations';
import type { Place } from '../../state/use-look.js';

/** The first layer that an answer has: answers of one layer have no axis for it. */
export function firstLayerOf({ options }: Attention): number {
  return options.layer ?? 0;
}

/** Heads as a view of this attention counts them, without those of layers that are not loaded. */
export function shownIn(attention: Attention, heads: readonly Place[]): Place[] {
  const first = firstLayerOf(attention);
  const one = attention.options.layer !== null;
  return heads
    .filter(({ layer }) => !one || layer === first)
    .map(({ layer, head }) => ({ layer: layer - first, head }));
}
