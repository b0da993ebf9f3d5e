import { format } from 'd3-format';
import type { Lens } from '../explanations/index.js';
import { methodTitle } from './drawing/attribution-text.js';
import { colorMap, textColorOn } from './drawing/color.js';
import { modelName } from './drawing/description.js';
import { document } from './drawing/document.js';
import { horizontalBar } from './drawing/horizontal-bar.js';
import { fitLabel, isolated, type LabelPart, labelParts, labelText } from './drawing/labels.js';
import { lensCell, lensPlace } from './drawing/lens-cells.js';
import { rankChart } from './drawing/rank-chart.js';
import { valueScale } from './drawing/scale.js';
import { element, group, type Markup } from './drawing/svg.js';
import { textWidth } from './drawing/text-width.js';
import { type Palette, palettes, type Theme } from './drawing/theme.js';
import { wrapText } from './drawing/wrap-text.js';
import type { Figure, FigureDefinition } from './figure.js';
import { finish } from './output/finish.js';

/** Options of {@link lensGrid}. */
export interface LensGridOptions {
  /** Above the picture, and its accessible name; by default the method. False for no heading (the name stays). */
  readonly title?: string | false;
  /** The position whose pinned tokens are followed in the chart; by default that at which the model answers. */
  readonly position?: number;
  /** Width of a cell in pixels; by default 64, less for long texts. Below 24 no words are written. */
  readonly cellSize?: number;
  /** Colour map by name. */
  readonly colors?: string;
  readonly theme?: Theme;
}

/** What the catalogue says of this figure. */
export const lensGridFigure: FigureDefinition = {
  name: 'lens-grid',
  summary: 'The most probable token at every layer and position, with the ranks of pinned tokens.',
  draws: ['logit-lens', 'tuned-lens'],
  formats: ['svg', 'png', 'html'],
};

const margin = 20;
const cellHeight = 24;
const cellText = 11;
const labelSize = 11;
const titleSize = 15;
const smallSize = 12;
const gap = 8;
/** The narrowest cell that has room for words. */
const wordsFrom = 24;
const percent = format('.3~p');

/**
 * Draws a lens as a grid, positions from left to right and layers from bottom to top: each cell has the most probable token on the
 * colour of its probability. Beneath, the ranks of pinned tokens at one position run through the layers.
 * @throws PellucidError `not-found` for a position that the text does not have.
 */
export function lensGrid(lens: Lens, options: LensGridOptions = {}): Figure {
  const { theme = 'light' } = options;
  const palette = palettes[theme];
  const { tokens, rows, method, subject } = lens;
  const place = lensPlace(lens, options.position);
  const cellWidth = options.cellSize ?? (tokens.length > 48 ? 12 : tokens.length > 16 ? 48 : 64);
  const scale = valueScale([0, 1], { vmin: 0, vmax: 1 });
  const colors = colorMap(options.colors ?? palette.sequential);
  const left = Math.max(...rows.map(({ label }) => textWidth(label, labelSize))) + gap;
  const [plotWidth, plotHeight] = [tokens.length * cellWidth, rows.length * cellHeight];
  // The chart and the heading need some room beside a short text too.
  const room = Math.max(left + plotWidth, 420);
  const title = options.title || methodTitle(method);
  const about = `most probable token of each layer and position, ${modelName(subject)}`;
  const heading =
    options.title === false
      ? []
      : [
          ...wrapText(title, room, titleSize, 600).map((text) => ({ text, size: titleSize, strong: true })),
          ...wrapText(about, room, smallSize).map((text) => ({ text, size: smallSize, strong: false })),
        ];
  const top = margin + heading.reduce((sum, { size }) => sum + size * 1.5, 0) + (heading.length > 0 ? 12 : 0);

  const cells = rows.flatMap((row, layer) =>
    tokens.map((token, position) => {
      const { best, text, summary } = lensCell(lens, layer, position);
      const [x, y] = [position * cellWidth, (rows.length - 1 - layer) * cellHeight];
      const color = colors(scale.position(best));
      return element(
        'g',
        {},
        element('title', {}, `${row.label}, position ${position} “${labelText(token)}”: ${summary}`),
        element('rect', { x, y, width: cellWidth - 1, height: cellHeight - 1, fill: color }),
        ...(cellWidth < wordsFrom
          ? []
          : [label(text, cellWidth, { x: x + (cellWidth - 1) / 2, y: y + 15.5 }, textColorOn(color))]),
      );
    }),
  );
  const rowLabels = rows.map(({ label: text }, layer) =>
    element(
      'text',
      { x: -gap, y: (rows.length - 1 - layer) * cellHeight + 15.5, 'text-anchor': 'end' },
      text,
    ),
  );
  const step = Math.ceil(wordsFrom / cellWidth);
  const columnLabels = tokens.flatMap((token, i) =>
    i % step === 0
      ? [label(token, cellWidth * step, { x: (i + 0.5) * cellWidth, y: plotHeight + 15 }, palette.text)]
      : [],
  );
  const marker = element('rect', {
    ...{ x: place * cellWidth - 1, y: -1, width: cellWidth + 1, height: plotHeight + 1 },
    ...{ fill: 'none', stroke: palette.text, 'stroke-width': 1.5 },
  });
  const legend = horizontalBar(scale, colors, 200, palette, false, ['0', 'probability 1']);
  const legendTop = top + plotHeight + 34;
  const chartTop = legendTop + legend.height + 18;
  const chart =
    lens.pinned.length === 0
      ? undefined
      : rankChart(lens, place, { width: Math.min(room, 720), palette, theme });
  const height = (chart ? chartTop + chart.height : legendTop + legend.height) + margin;
  const at = (x: number, y: number, ...children: Markup[]) =>
    element('g', { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` }, ...children);
  return finish(
    document({
      ...{ title, width: room + 2 * margin, height, palette },
      description: describe(lens, place),
      parts: [
        group(headingLines(heading, palette)),
        at(
          margin + left,
          top,
          group(cells),
          ...(chart ? [marker] : []),
          element('g', { fill: palette.muted, 'font-size': labelSize }, ...rowLabels),
          element('g', { 'font-size': labelSize }, ...columnLabels),
        ),
        at(margin + left, legendTop, legend.markup),
        ...(chart ? [at(margin, chartTop, chart.markup)] : []),
      ],
    }),
  );
}

/** A token in the middle of a cell, cut where it does not fit. */
function label(
  token: Parameters<typeof labelParts>[0],
  width: number,
  at: { readonly x: number; readonly y: number },
  fill: string,
): Markup {
  const parts: readonly LabelPart[] = fitLabel(labelParts(token), width - 6, cellText);
  const spans = isolated(parts).map(({ text, quiet }) =>
    element('tspan', quiet ? { 'fill-opacity': '0.6' } : {}, text),
  );
  return element(
    'text',
    { ...at, 'text-anchor': 'middle', 'font-size': cellText, fill, 'xml:space': 'preserve' },
    ...spans,
  );
}

function headingLines(
  texts: readonly { readonly text: string; readonly size: number; readonly strong: boolean }[],
  palette: Palette,
): Markup[] {
  let y = margin + titleSize;
  return texts.map(({ text, size, strong }) => {
    const attributes = { x: margin, y, 'font-size': size, fill: strong ? palette.text : palette.muted };
    y += size * 1.5;
    return element('text', { ...attributes, 'font-weight': strong ? '600' : undefined }, text);
  });
}

/** What the picture shows in words. */
function describe(lens: Lens, position: number): string {
  const { rows, tokens, pinned, ranks } = lens;
  const last = lensCell(lens, rows.length - 1, position);
  const answer = `At position ${position} the last row has “${labelText(last.text)}” with ${percent(last.best)}.`;
  const followed = pinned.map(({ text }, i) => {
    const course = rows.map((_, layer) => ranks.data[(i * rows.length + layer) * tokens.length + position]);
    return `Ranks of “${labelText(text)}” there: ${course.join(', ')}.`;
  });
  return [
    `Grid of ${rows.length} rows from ${rows[0]?.label} to ${rows.at(-1)?.label} by ${tokens.length} positions.`,
    ...[answer, ...followed],
  ].join(' ');
}
