import { format } from 'd3-format';
import type { ColorMap } from './color.js';
import type { ValueScale } from './scale.js';
import { element, group, type Markup } from './svg.js';
import type { Palette } from './theme.js';

const barHeight = 10;
const labelSize = 11;
const steps = 32;
const write = format('+.3~g');

/** A colour bar that lies below a text, with what its two sides mean, and the room it takes; `ends` name the ends of one that is not signed. */
export function horizontalBar(
  scale: ValueScale,
  colors: ColorMap,
  width: number,
  palette: Palette,
  signed: boolean,
  ends: readonly [string, string] = ['0', write(scale.vmax)],
): { readonly markup: Markup; readonly height: number } {
  const { vmin, vmax } = scale;
  const from = signed ? vmin : 0;
  const step = width / steps;
  const cells = Array.from({ length: steps }, (_, i) =>
    element('rect', {
      ...{ x: i * step, y: 0, height: barHeight },
      // A little overlap, for no gap to show between neighbours.
      width: step + (i < steps - 1 ? 0.5 : 0),
      fill: colors(scale.position(from + ((i + 0.5) / steps) * (vmax - from))),
    }),
  );
  const label = (x: number, anchor: string, text: string) =>
    element('text', { x, y: barHeight + labelSize * 1.4, 'text-anchor': anchor }, text);
  const names = signed
    ? [
        label(0, 'start', `${write(vmin)} against`),
        label(width / 2, 'middle', '0'),
        label(width, 'end', `for ${write(vmax)}`),
      ]
    : [label(0, 'start', ends[0]), label(width, 'end', ends[1])];
  return {
    markup: group([...cells, element('g', { fill: palette.muted, 'font-size': labelSize }, ...names)]),
    height: barHeight + labelSize * 1.6,
  };
}
