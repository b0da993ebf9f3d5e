import type { Contributions } from '../../explanations/index.js';

/** A component as it is shown. */
export interface ShownComponent {
  readonly label: string;
  readonly value: number;
  /** Whether it is several others together, or no part of the model. */
  readonly quiet: boolean;
}

/** The strongest components in the order of the computation, and the others as one. */
export function shownComponents({ components, values }: Contributions, most: number): ShownComponent[] {
  const order = [...components.keys()].sort((a, b) => Math.abs(values.data[b]!) - Math.abs(values.data[a]!));
  const kept = new Set(order.slice(0, Math.max(1, most)));
  const shown = components.flatMap(({ label, part }, i) => {
    const quiet = ['constant', 'soft-cap', 'remainder', 'neurons'].includes(part);
    return kept.has(i) ? [{ label, value: values.data[i]!, quiet }] : [];
  });
  const others = order.filter((i) => !kept.has(i));
  if (others.length === 0) return shown;
  const value = others.reduce((sum, i) => sum + values.data[i]!, 0);
  return [...shown, { label: `${others.length} weaker ones`, value, quiet: true }];
}
