import {
  lineHeight,
  stepFor,
  type Tick,
  type TickLabels,
  type Tilt,
  ticksOf,
  tiltFor,
} from './axis-labels.js';
import { labelParts, labelWidth } from './labels.js';
import type { Matrix } from './matrix.js';
import { textWidth } from './text-width.js';

/** What decides about the size of things. */
export interface LayoutOptions {
  readonly cellSize?: number | undefined;
  readonly width?: number | undefined;
  readonly square?: boolean | undefined;
  readonly linewidth?: number | undefined;
  readonly xLabels?: TickLabels | undefined;
  readonly yLabels?: TickLabels | undefined;
  readonly title: string | undefined;
  readonly subtitle: string | undefined;
  readonly annotation: ((row: number, column: number) => string) | undefined;
  /** Whether annotations are written even where they are too small or too wide. */
  readonly forced: boolean;
}

/** Where everything stands, in pixels; the cells' upper left corner is (`left`, `top`). */
export interface Layout {
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly plotWidth: number;
  readonly plotHeight: number;
  readonly left: number;
  readonly top: number;
  /** Below the cells: labels and name of the columns. */
  readonly bottom: number;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly tilt: Tilt;
  /** Font size of annotations; 0 where they are left out. */
  readonly annotationSize: number;
  readonly lineWidth: number;
  readonly titleLines: readonly { readonly text: string; readonly y: number; readonly strong: boolean }[];
  /** Height of the colour bar: that of the cells, but never too low to read. */
  readonly barHeight: number;
}

export const margin = 20;
export const labelSize = 12;
export const labelGap = 7;
export const nameSize = 12;
export const titleSize = 16;
export const subtitleSize = 12;
/** Widest label; the rest is cut with an ellipsis. */
const labelLimit = 132;
const barReserve = 100;
/** The most cells in a row for which numbers make the figure grow, so that they can be read. */
const growLimit = 40;
const annotationSizes = { wanted: 11, least: 7 };

/** The widest annotation at font size 1. */
function widestAnnotation(matrix: Matrix, annotation: (row: number, column: number) => string): number {
  let widest = 0;
  // A larger matrix has cells too small for numbers anyway.
  for (let row = 0; row < Math.min(matrix.rowCount, 256); row++) {
    for (let column = 0; column < Math.min(matrix.columnCount, 256); column++) {
      widest = Math.max(widest, textWidth(annotation(row, column), 1));
    }
  }
  return widest;
}

/** Width of a cell where nothing is prescribed: room for every label up to 64, then about 900 pixels in all. */
function automaticCell(longest: number): number {
  const roomy = Math.min(60, 24 + 160 / longest, 480 / longest);
  const readable = labelSize * lineHeight;
  return Math.max(roomy, Math.min(readable, 900 / longest), 1);
}

function annotationFit(width: number, height: number, widest: number, forced: boolean): number {
  const size = Math.min(annotationSizes.wanted, (width - 5) / Math.max(widest, 1e-9), height * 0.62);
  return size >= annotationSizes.least ? size : forced ? Math.max(size, 3) : 0;
}

/** Computes the layout of a heatmap; no label is clipped, none touches another unless every one is asked for. */
export function layOut(matrix: Matrix, options: LayoutOptions): Layout {
  const { rowCount, columnCount, rowName, columnName } = matrix;
  const { annotation, xLabels = 'auto', yLabels = 'auto' } = options;
  const widest = annotation ? widestAnnotation(matrix, annotation) : 0;
  const longest = Math.max(rowCount, columnCount);

  const rowWidths =
    yLabels === false ? [0] : matrix.rows.map((row) => labelWidth(labelParts(row), labelSize));
  const rowRoom = Math.min(
    labelLimit,
    rowWidths.reduce((most, width) => Math.max(most, width), 0),
  );
  const nameRoom = rowName ? nameSize * lineHeight + 8 : 0;
  const beside = margin * 2 + nameRoom + rowRoom + labelGap;

  let cellWidth = options.cellSize ?? automaticCell(longest);
  if (options.width !== undefined && options.cellSize === undefined) {
    cellWidth = Math.max(0.5, (options.width - beside - barReserve) / columnCount);
  } else if (options.cellSize === undefined && annotation && longest <= growLimit) {
    cellWidth = Math.max(cellWidth, widest * annotationSizes.wanted + 10);
  }
  const cellHeight =
    options.square === false ? Math.max(cellWidth * 0.6, Math.min(cellWidth, 20)) : cellWidth;
  const annotationSize = annotation ? annotationFit(cellWidth, cellHeight, widest, options.forced) : 0;

  const yTicks = ticksOf(matrix.rows, yLabels, 'y', stepFor(cellHeight, labelSize), labelLimit, labelSize);
  const all = ticksOf(matrix.columns, xLabels, 'x', 1, labelLimit, labelSize);
  const every = typeof xLabels === 'number' ? xLabels : 1;
  const tilt = tiltFor(
    all.map((tick) => tick.width),
    cellWidth * every,
    labelSize,
  );
  const step = tilt === 90 ? stepFor(cellWidth, labelSize) : 1;
  const xTicks = ticksOf(matrix.columns, xLabels, 'x', step, labelLimit, labelSize);

  const plotWidth = cellWidth * columnCount;
  const plotHeight = cellHeight * rowCount;
  const slope = tilt === 45 ? Math.SQRT1_2 : 1;
  // A tilted label reaches down and to the left of its column.
  const overhang =
    tilt === 45
      ? Math.max(
          0,
          ...xTicks.map((tick) => (tick.width + labelSize) * slope - (tick.index + 0.5) * cellWidth),
        )
      : Math.max(
          0,
          ...xTicks.map((tick) => (tilt === 0 ? tick.width / 2 : labelSize) - (tick.index + 0.5) * cellWidth),
        );
  const left = margin + Math.max(nameRoom + rowRoom + labelGap, overhang);
  const columnRoom =
    tilt === 0
      ? labelSize * lineHeight
      : xTicks.reduce((most, tick) => Math.max(most, tick.width), 0) * slope +
        (tilt === 45 ? labelSize * slope : 0);
  const labelsBelow = xTicks.length > 0 ? labelGap + columnRoom : 0;
  const bottom = labelsBelow + (columnName ? 8 + nameSize * lineHeight : 0);

  const titleLines: { text: string; y: number; strong: boolean }[] = [];
  let top = margin;
  if (options.title) {
    top += titleSize;
    titleLines.push({ text: options.title, y: top - 2, strong: true });
    if (options.subtitle) {
      top += subtitleSize * 1.5;
      titleLines.push({ text: options.subtitle, y: top - 2, strong: false });
    }
    top += 14;
  }
  return {
    cellWidth,
    cellHeight,
    plotWidth,
    plotHeight,
    left,
    top,
    bottom,
    xTicks,
    yTicks,
    tilt,
    annotationSize,
    lineWidth: options.linewidth ?? (Math.min(cellWidth, cellHeight) >= 12 ? 1 : 0),
    titleLines,
    barHeight: Math.max(plotHeight, 96),
  };
}
