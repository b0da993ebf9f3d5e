import { labelMarkup, lineHeight } from './axis-labels.js';
import { annotationsMarkup, cellsMarkup, type Grid } from './cells.js';
import type { ColorMap } from './color.js';
import { colorBar } from './color-bar.js';
import { fingerprint } from './fingerprint.js';
import {
  type Layout,
  labelGap,
  labelSize,
  margin,
  nameSize,
  subtitleSize,
  titleSize,
} from './heatmap-layout.js';
import type { Matrix } from './matrix.js';
import type { ValueScale } from './scale.js';
import { element, group, type Markup } from './svg.js';
import { fontFamily, textWidth } from './text-width.js';
import type { Palette } from './theme.js';

/** Everything a heatmap is drawn from. */
export interface HeatmapParts {
  readonly matrix: Matrix;
  readonly layout: Layout;
  readonly scale: ValueScale;
  readonly colors: ColorMap;
  readonly palette: Palette;
  readonly fill: Grid['fill'];
  readonly annotation: ((row: number, column: number) => string) | undefined;
  readonly title: string;
  readonly description: string;
  readonly colorbar: boolean;
  readonly barLabel: string | undefined;
  readonly lineColor: string;
}

/** A finished drawing: its size, its name, its SVG. */
export interface Drawing {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Colour that it stands on. */
  readonly background: string;
  readonly svg: string;
}

function columnLabels(layout: Layout, palette: Palette): Markup {
  const { xTicks, cellWidth, plotHeight, tilt } = layout;
  const y = plotHeight + labelGap;
  const texts = xTicks.map((tick) => {
    const x = (tick.index + 0.5) * cellWidth;
    if (tilt === 0) return labelMarkup(tick, { x, y: y + labelSize * 0.85 }, palette);
    // Turned around the end of the text: its upper edge (tilted) or its middle (upright) meets the column's middle.
    const [dx, dy] = tilt === 45 ? [labelSize * 0.3, labelSize * 0.5] : [labelSize * 0.36, 0];
    const transform = `translate(${(x + dx).toFixed(2)} ${(y + dy).toFixed(2)}) rotate(-${tilt})`;
    return labelMarkup(tick, { transform }, palette);
  });
  return element('g', { 'text-anchor': tilt === 0 ? 'middle' : 'end' }, ...texts);
}

function rowLabels(layout: Layout, palette: Palette): Markup {
  const texts = layout.yTicks.map((tick) =>
    labelMarkup(
      tick,
      { x: -labelGap, y: (tick.index + 0.5) * layout.cellHeight + labelSize * 0.36 },
      palette,
    ),
  );
  return element('g', { 'text-anchor': 'end' }, ...texts);
}

/** Short lines that tie thinned labels to their cells. */
function tickMarks({ xTicks, yTicks, cellWidth, cellHeight, plotHeight }: Layout, palette: Palette): Markup {
  const along = cellWidth < labelSize ? xTicks : [];
  const down = cellHeight < labelSize ? yTicks : [];
  const d = [
    ...along.map((tick) => `M${((tick.index + 0.5) * cellWidth).toFixed(2)} ${plotHeight.toFixed(2)}v4`),
    ...down.map((tick) => `M0 ${((tick.index + 0.5) * cellHeight).toFixed(2)}h-4`),
  ].join('');
  return d ? element('path', { d, stroke: palette.quiet }) : group([]);
}

function axisName(text: string, transform: string, palette: Palette): Markup {
  const attributes = { transform, fill: palette.muted, 'font-size': nameSize, 'text-anchor': 'middle' };
  return text ? element('text', attributes, text) : group([]);
}

/** Puts a heatmap together as one SVG document. */
export function drawHeatmap(parts: HeatmapParts): Drawing {
  const { matrix, layout, scale, colors, palette, title, description } = parts;
  const { plotWidth, plotHeight, left, top, bottom } = layout;
  const id = `pellucid-${fingerprint(`${title}${description}${palette.background}${colors(0.2)}`)}`;
  const grid: Grid = { ...matrix, ...layout, fill: parts.fill, lineColor: parts.lineColor };

  const bar = colorBar(scale, colors, layout.barHeight, parts.barLabel, palette, `${id}-bar`);
  const barX = left + plotWidth + 18;
  const titleWidth = layout.titleLines.reduce(
    (most, { text, strong }) =>
      Math.max(most, textWidth(text, strong ? titleSize : subtitleSize, strong ? 600 : 400)),
    0,
  );
  // The names of the axes may be longer than the cells beside them: they then move towards the middle of the figure.
  const columnNameWidth = textWidth(matrix.columnName, nameSize);
  const columnNameX = Math.max(plotWidth / 2, margin - left + columnNameWidth / 2);
  const rowNameWidth = textWidth(matrix.rowName, nameSize);
  const contentHeight = Math.max(
    plotHeight + bottom,
    parts.colorbar ? layout.barHeight + 6 : 0,
    margin - top + rowNameWidth,
  );
  const rowNameY = Math.max(
    Math.min(Math.max(plotHeight, rowNameWidth) / 2, contentHeight - rowNameWidth / 2),
    margin - top + rowNameWidth / 2,
  );
  const right = Math.max(
    parts.colorbar ? barX + bar.width : left + plotWidth,
    left + titleWidth,
    left + columnNameX + columnNameWidth / 2,
  );
  const width = Math.ceil(right + margin);
  const height = Math.ceil(top + contentHeight + margin);

  const hatch = element(
    'pattern',
    { id: `${id}-none`, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { width: 6, height: 6, fill: palette.missing }),
    element('path', { d: 'M0 0v6', stroke: palette.quiet, 'stroke-width': 2 }),
  );
  const rowNameX = margin + nameSize - left;
  const columnNameY = plotHeight + bottom - nameSize * (lineHeight - 1);
  const plot = [
    cellsMarkup(grid, palette, `url(#${id}-none)`),
    ...(parts.annotation && layout.annotationSize > 0
      ? [annotationsMarkup(grid, parts.annotation, layout.annotationSize)]
      : []),
    tickMarks(layout, palette),
    element(
      'g',
      { fill: palette.text, 'font-size': labelSize },
      rowLabels(layout, palette),
      columnLabels(layout, palette),
    ),
    axisName(matrix.columnName, `translate(${columnNameX.toFixed(2)} ${columnNameY.toFixed(2)})`, palette),
    axisName(matrix.rowName, `translate(${rowNameX.toFixed(2)} ${rowNameY.toFixed(2)}) rotate(-90)`, palette),
  ];
  const titles = layout.titleLines.map(({ text, y, strong }) =>
    element(
      'text',
      strong
        ? { x: left, y, fill: palette.text, 'font-size': titleSize, 'font-weight': '600' }
        : { x: left, y, fill: palette.muted, 'font-size': subtitleSize },
      text,
    ),
  );
  const { markup } = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      'font-family': fontFamily,
    },
    element('title', { id: `${id}-title` }, title),
    element('desc', { id: `${id}-desc` }, description),
    element('defs', {}, hatch),
    element('rect', { width, height, fill: palette.background }),
    ...titles,
    element('g', { transform: `translate(${left.toFixed(2)} ${top.toFixed(2)})` }, ...plot),
    ...(parts.colorbar
      ? [element('g', { transform: `translate(${barX.toFixed(2)} ${top.toFixed(2)})` }, bar.markup)]
      : []),
  );
  return { title, width, height, background: palette.background, svg: `${markup}\n` };
}
