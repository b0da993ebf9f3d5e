import { tickStep } from 'd3-array';
import { formatSpecifier, format as numberFormat } from 'd3-format';
import { scaleLinear } from 'd3-scale';
import type { ColorMap } from './color.js';
import type { ValueScale } from './scale.js';
import { element, group, type Markup } from './svg.js';
import { textWidth } from './text-width.js';
import type { Palette } from './theme.js';

const barWidth = 12;
const tickSize = 11;
const tickGap = 7;
const labelSize = 12;
const stops = 32;

/** A colour bar that stands upright, and the room it takes. */
export interface ColorBar {
  readonly width: number;
  readonly markup: Markup;
}

/** Round values along a range, spelled alike; both ends where there is no round value between. */
function barTicks(scale: ValueScale, count: number): { value: number; text: string }[] {
  const { vmin, vmax } = scale;
  if (vmin === vmax) return [{ value: vmin, text: numberFormat('.3~g')(vmin) }];
  const ticks = scaleLinear([vmin, vmax], [0, 1]).ticks(count);
  const values = ticks.length > 1 ? ticks : [vmin, vmax];
  const largest = Math.max(Math.abs(vmin), Math.abs(vmax));
  const step = ticks.length > 1 ? tickStep(vmin, vmax, count) : vmax - vmin;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const plain = largest < 1e5 && decimals <= 4;
  const specifier = formatSpecifier(plain ? `.${decimals}f` : '.3~g');
  const write = numberFormat(specifier.toString());
  return values.map((value) => ({ value, text: write(value) }));
}

/** Draws the bar for a scale: from `vmin` below to `vmax` above, `height` pixels high. */
export function colorBar(
  scale: ValueScale,
  colors: ColorMap,
  height: number,
  label: string | undefined,
  palette: Palette,
  gradientId: string,
): ColorBar {
  const { vmin, vmax } = scale;
  const at = (part: number) => colors(scale.position(vmin + part * (vmax - vmin)));
  const gradient = element(
    'linearGradient',
    { id: gradientId, x1: 0, y1: 1, x2: 0, y2: 0 },
    ...Array.from({ length: stops + 1 }, (_, i) =>
      element('stop', { offset: i / stops, 'stop-color': at(i / stops) }),
    ),
  );
  const ticks = barTicks(scale, Math.max(2, Math.min(6, Math.floor(height / 44))));
  const y = (value: number) => (vmin === vmax ? height / 2 : height * (1 - (value - vmin) / (vmax - vmin)));
  const textX = barWidth + tickGap;
  const marks = ticks.map(({ value }) => `M${barWidth} ${y(value).toFixed(2)}h4`).join('');
  const texts = ticks.map(({ value, text }) =>
    element('text', { x: textX, y: y(value) + tickSize * 0.365 }, text),
  );
  const widest = Math.max(...ticks.map(({ text }) => textWidth(text, tickSize)));
  const parts = [
    element('defs', {}, gradient),
    element('rect', { width: barWidth, height, fill: `url(#${gradientId})` }),
    element('path', { d: marks, stroke: palette.quiet }),
    element('g', { fill: palette.muted, 'font-size': tickSize }, ...texts),
  ];
  let width = textX + widest;
  if (label) {
    const x = width + 8 + labelSize;
    const transform = `translate(${x.toFixed(2)} ${(height / 2).toFixed(2)}) rotate(-90)`;
    parts.push(
      element(
        'text',
        { transform, fill: palette.muted, 'font-size': labelSize, 'text-anchor': 'middle' },
        label,
      ),
    );
    width = x + 4;
  }
  return { width, markup: group(parts) };
}
