import { scaleLog } from 'd3-scale';
import type { Lens } from '../../explanations/index.js';
import { fitLabel, labelParts, labelText, thinningStep } from './labels.js';
import { element, group, type Markup } from './svg.js';
import { textWidth } from './text-width.js';
import type { Palette, Theme } from './theme.js';

/** Line colours that are told apart under every colour vision deficiency (Okabe and Ito 2008), as dark or light as the ground asks. */
const lines: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#0072b2', '#d55e00', '#007a5a', '#a0508a', '#8a6d00', '#59636e'],
  dark: ['#56b4e9', '#e69f00', '#2fc28f', '#d98cbc', '#f0e442', '#a0a9b4'],
};

const size = 11;
const nameSize = 12;
const plotHeight = 110;
const widestName = 120;

/** A line for each pinned token: its rank in every row of a lens at one position, 1 on top, on a logarithmic axis. */
export function rankChart(
  { pinned, ranks, rows, tokens }: Lens,
  position: number,
  { width, palette, theme }: { readonly width: number; readonly palette: Palette; readonly theme: Theme },
): { readonly markup: Markup; readonly height: number } {
  const courses = pinned.map((_, i) =>
    rows.map((_, layer) => ranks.data[(i * rows.length + layer) * tokens.length + position]!),
  );
  const worst = Math.max(10, ...courses.flat());
  const ticks = [1];
  while (ticks.at(-1)! * 10 <= worst) ticks.push(ticks.at(-1)! * 10);
  const firstName = textWidth(rows[0]?.label ?? '', size) / 2;
  const left = Math.max(textWidth(String(worst), size) + 10, firstName);
  const names = pinned.map(({ text }) => fitLabel(labelParts(text), widestName, size));
  const nameOf = (i: number) => names[i]!.map(({ text }) => text).join('');
  const right = Math.max(...names.map((_, i) => textWidth(nameOf(i), size))) + 14;
  const plotWidth = width - left - right;
  const top = nameSize * 2;
  const y = scaleLog([1, worst], [top, top + plotHeight]);
  const x = (layer: number) => left + (rows.length > 1 ? (layer / (rows.length - 1)) * plotWidth : 0);

  const grid = ticks.map((rank) =>
    group([
      element('path', {
        d: `M${left} ${y(rank).toFixed(2)}h${plotWidth.toFixed(2)}`,
        stroke: palette.missing,
      }),
      element('text', { x: left - 6, y: y(rank) + 4, 'text-anchor': 'end' }, String(rank)),
    ]),
  );
  const widest = Math.max(...rows.map(({ label }) => textWidth(label, size))) + 8;
  const step = thinningStep(widest, plotWidth / Math.max(1, rows.length - 1));
  // From the end, for the last row to have its name.
  const below = rows.flatMap(({ label }, layer) =>
    (rows.length - 1 - layer) % step === 0
      ? [element('text', { x: x(layer), y: top + plotHeight + 18, 'text-anchor': 'middle' }, label)]
      : [],
  );
  // Names that would touch make room for each other, in the order in which the lines end.
  const ends = courses.map((course, i) => ({ i, at: y(course.at(-1)!) })).sort((a, b) => a.at - b.at);
  for (const [order, end] of ends.entries())
    if (order > 0) end.at = Math.max(end.at, ends[order - 1]!.at + size * 1.2);
  const courseOf = ({ i, at }: { readonly i: number; readonly at: number }) => {
    const color = lines[theme][i % lines[theme].length]!;
    const points = courses[i]!.map((rank, layer) => `${x(layer).toFixed(2)},${y(rank).toFixed(2)}`);
    const dots = courses[i]!.map((rank, layer) =>
      element(
        'circle',
        { cx: x(layer), cy: y(rank), r: 3, fill: color },
        element('title', {}, `${rows[layer]!.label}: “${labelText(pinned[i]!.text)}” has rank ${rank}`),
      ),
    );
    return group([
      element('polyline', { points: points.join(' '), fill: 'none', stroke: color, 'stroke-width': 2 }),
      ...dots,
      element(
        'text',
        { x: left + plotWidth + 8, y: at + 4, fill: color, 'xml:space': 'preserve' },
        nameOf(i),
      ),
    ]);
  };
  const heading = `Rank at position ${position}, “${labelText(tokens[position]!)}”`;
  return {
    markup: element(
      'g',
      { fill: palette.muted, 'font-size': size },
      element('text', { x: 0, y: nameSize, fill: palette.text, 'font-size': nameSize }, heading),
      ...grid,
      ...below,
      ...ends.map(courseOf),
    ),
    height: Math.max(top + plotHeight + 22, (ends.at(-1)?.at ?? 0) + size),
  };
}
