import type { Attention } from 'pellucid/explanations';
import type { Place } from '../../state/use-look.js';

/** Some heads of [layer, head, destination, source], or of one layer, as one matrix. */
export function combined(attention: Attention, heads: readonly Place[], how: 'mean' | 'max'): Attention {
  const { shape, data } = attention.values;
  const [count, rows, columns] = shape.slice(-3) as [number, number, number];
  const size = rows * columns;
  const all = heads.length > 0 ? heads : [{ layer: 0, head: 0 }];
  const values = new Float32Array(size);
  for (const { layer, head } of all) {
    const start = (layer * count + head) * size;
    for (let i = 0; i < size; i++) {
      const weight = data[start + i]!;
      if (how === 'mean') values[i]! += weight / all.length;
      else if (weight > values[i]!) values[i] = weight;
    }
  }
  const first = attention.options.layer ?? 0;
  const layers = new Set(all.map(({ layer }) => layer + first));
  return {
    ...attention,
    options: {
      ...attention.options,
      layer: layers.size === 1 ? [...layers][0]! : null,
      head: all.length === 1 ? all[0]!.head : 'mean',
    },
    values: { dtype: 'F32', shape: [rows, columns], data: values, axes: ['destination', 'source'] },
  };
}
