import { rgb } from 'd3-color';
import type { Attention } from 'pellucid/explanations';
import { colorMap } from 'pellucid/figures';
import { useEffect, useMemo, useRef } from 'react';
import { usePreferences, useStrings } from '../state/preferences.js';
import { useView } from '../state/view.js';
import { range } from '../words.js';
import { moveFocus } from './roving.js';

/** Colours of a thumbnail, from 0 to 1 in 64 steps, as bytes. */
function shadesOf(theme: 'light' | 'dark'): Uint8ClampedArray {
  const colors = colorMap(theme === 'dark' ? 'magma' : 'YlGnBu');
  const shades = new Uint8ClampedArray(64 * 3);
  for (let i = 0; i < 64; i++) {
    const { r, g, b } = rgb(colors(i / 63));
    shades.set([r, g, b], i * 3);
  }
  return shades;
}

/** A thumbnail of each head, as wide as tokens; one is chosen. */
export function HeadGrid({
  attention,
  layer,
  head,
}: {
  readonly attention: Attention;
  readonly layer: number;
  readonly head: number;
}) {
  const strings = useStrings();
  const { theme } = usePreferences();
  const { change } = useView();
  const { shape, data } = attention.values;
  const [heads, rows, columns] = shape.slice(-3) as [number, number, number];
  const layers = shape.length === 4 ? range(shape[0]!) : [layer];
  const shades = useMemo(() => shadesOf(theme), [theme]);
  return (
    <div className="heads scrolled">
      <table
        aria-label={strings.attention.heads}
        onKeyDown={(event) => {
          const next = moveFocus(event, heads);
          if (next !== null) change({ layer: layers[Math.floor(next / heads)]!, head: next % heads });
        }}
      >
        <thead>
          <tr>
            <td />
            {range(heads).map((i) => (
              <th key={i} scope="col">
                {i}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layers.map((row, at) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {range(heads).map((column) => {
                const start = (at * heads + column) * rows * columns;
                const chosen = row === layer && column === head;
                return (
                  <td key={column}>
                    <button
                      type="button"
                      className="thumbnail"
                      aria-pressed={chosen}
                      aria-label={strings.attention.headName(row, column)}
                      tabIndex={chosen ? 0 : -1}
                      onClick={() => change({ layer: row, head: column })}
                    >
                      <Thumbnail
                        weights={data.subarray(start, start + rows * columns)}
                        columns={columns}
                        shades={shades}
                      />
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Thumbnail({
  weights,
  columns,
  shades,
}: {
  readonly weights: Float32Array;
  readonly columns: number;
  readonly shades: Uint8ClampedArray;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const rows = weights.length / columns;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(columns, rows);
    for (const [i, weight] of weights.entries()) {
      const shade = Math.min(63, Math.max(0, Math.round(weight * 63))) * 3;
      image.data.set([shades[shade]!, shades[shade + 1]!, shades[shade + 2]!, 255], i * 4);
    }
    context.putImageData(image, 0, 0);
  }, [weights, columns, rows, shades]);
  return <canvas ref={canvas} width={columns} height={rows} />;
}
