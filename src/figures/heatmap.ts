import { format as numberFormat } from 'd3-format';
import { PellucidError } from '../errors.js';
import type { Explanation } from '../explanations/index.js';
import type { TickLabels } from './drawing/axis-labels.js';
import { colorMap } from './drawing/color.js';
import { describe, modelName, titleOf } from './drawing/description.js';
import { layOut } from './drawing/heatmap-layout.js';
import { drawHeatmap } from './drawing/heatmap-markup.js';
import {
  isAttention,
  isCausal,
  isExplanation,
  type Matrix,
  type MatrixData,
  toMatrix,
} from './drawing/matrix.js';
import { type ScaleOptions, valueScale } from './drawing/scale.js';
import { palettes, type Theme } from './drawing/theme.js';
import type { Figure, FigureDefinition } from './figure.js';
import { finish } from './output/finish.js';

/** A value for each cell: a matrix of the same shape, or a function of row, column and value. */
export type PerCell<T> = readonly (readonly T[])[] | ((row: number, column: number, value: number) => T);

/** Options of {@link heatmap}; those that seaborn's `heatmap` has too mean the same. */
export interface HeatmapOptions extends ScaleOptions {
  /**
   * Colour map by name: any of d3-scale-chromatic in any case (`YlGnBu`, `Blues`, `viridis`, `magma`, `RdBu`), reversed with
   * `_r` behind. Default: `YlGnBu` (light) or `magma` (dark); `RdBu_r` where a centre is given.
   */
  readonly colors?: string;
  /**
   * Writes into each cell: true its value, or the given text. Left out where cells are too small for readable
   * numbers, unless `always`.
   */
  readonly annotate?: boolean | 'always' | PerCell<string | number>;
  /** How numbers are written into cells, as d3-format spells it; `.2f` by default. */
  readonly format?: string;
  /** Width of the lines between cells in pixels; by default 1, and 0 where cells are small. */
  readonly linewidth?: number;
  /** Colour of the lines between cells; the background by default. */
  readonly linecolor?: string;
  /** Whether there is a colour bar, or its label; true by default. */
  readonly colorbar?: boolean | { readonly label: string };
  /** Square cells; true by default. */
  readonly square?: boolean;
  /** Labels of the columns; `auto` by default. */
  readonly xLabels?: TickLabels;
  /** Labels of the rows; `auto` by default. */
  readonly yLabels?: TickLabels;
  /**
   * Cells that are not drawn (true = left out). By default the upper triangle of causal attention, which no token can attend to;
   * false draws every cell.
   */
  readonly mask?: false | PerCell<boolean>;
  /**
   * Above the picture, and its accessible name. By default what an explanation shows, and none above plain data; false for
   * none (the accessible name stays).
   */
  readonly title?: string | false;
  /** Smaller line below the title. By default the model's name, where there is one. */
  readonly subtitle?: string | false;
  readonly theme?: Theme;
  /** Width of a cell in pixels. */
  readonly cellSize?: number;
  /** Width of the whole figure in pixels; cells are sized to fill it, and labels may make it a little wider. */
  readonly width?: number;
}

/** What the catalogue says of this figure. */
export const heatmapFigure: FigureDefinition = {
  name: 'heatmap',
  summary: 'A matrix as coloured cells with labels and numbers, e.g. one attention head.',
  draws: ['attention'],
  formats: ['svg', 'png', 'html'],
};

function perCell<T>(source: PerCell<T>, matrix: Matrix, what: string): (row: number, column: number) => T {
  const { rowCount, columnCount, values } = matrix;
  if (typeof source === 'function') {
    return (row, column) => source(row, column, values[row * columnCount + column]!);
  }
  if (source.length !== rowCount || source.some((row) => row.length !== columnCount)) {
    throw new PellucidError(
      'bad-input',
      `The matrix given as ${what} must have the shape of the values, ${rowCount} × ${columnCount}.`,
    );
  }
  return (row, column) => source[row]![column]!;
}

function writerOf(format: string): (value: number) => string {
  try {
    return numberFormat(format);
  } catch (error) {
    throw new PellucidError(
      'bad-input',
      `The number format "${format}" is not one that d3-format knows; examples are ".2f", ".0%" and ".3g".`,
      { cause: error },
    );
  }
}

function checkSize(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isFinite(value) && value >= least)) {
    throw new PellucidError(
      'bad-input',
      `The option ${name} is ${value}; give a number of pixels from ${least}.`,
    );
  }
}

/**
 * Draws one matrix as a heatmap: an explanation with two position axes (such as one attention head), or any numbers.
 *
 * Attention starts its colours at 0 and leaves out what a causal model cannot attend to. Cells that are NaN are
 * hatched. Beyond 4096 cells, cells become one picture embedded in the SVG.
 *
 * @throws PellucidError `bad-input` when the data is not one matrix, or an option cannot be used.
 */
export function heatmap(data: Explanation | MatrixData, options: HeatmapOptions = {}): Figure {
  checkSize('cellSize', options.cellSize, 0.1);
  checkSize('width', options.width, 80);
  checkSize('linewidth', options.linewidth, 0);
  const matrix = toMatrix(data);
  const { columnCount, values } = matrix;
  const attention = isExplanation(data) && isAttention(data);
  const palette = palettes[options.theme ?? 'light'];

  const hidden =
    options.mask === undefined
      ? attention && isCausal(matrix)
        ? (row: number, column: number) => column > row
        : () => false
      : options.mask === false
        ? () => false
        : perCell(options.mask, matrix, 'mask');
  const shown = function* () {
    for (let i = 0; i < values.length; i++) {
      if (!hidden(Math.floor(i / columnCount), i % columnCount)) yield values[i]!;
    }
  };
  const range = attention && !options.robust && options.center === undefined ? { vmin: 0 } : {};
  const scale = valueScale(shown(), { ...range, ...defined(options) });
  const colors = colorMap(
    options.colors ?? (options.center === undefined ? palette.sequential : palette.diverging),
  );
  const fill = (row: number, column: number) => {
    if (hidden(row, column)) return null;
    const value = values[row * columnCount + column]!;
    return Number.isNaN(value) ? 'missing' : colors(scale.position(value));
  };

  const { annotate = false } = options;
  const write = writerOf(options.format ?? '.2f');
  const spell = (content: string | number) => (typeof content === 'number' ? write(content) : content);
  const own = (row: number, column: number) => values[row * columnCount + column]!;
  const content =
    annotate === false
      ? undefined
      : annotate === true || annotate === 'always'
        ? own
        : perCell(annotate, matrix, 'annotate');
  const annotation = content && ((row: number, column: number) => spell(content(row, column)));

  const title = titleOf(data, options.title || undefined);
  const subtitle = options.subtitle ?? (isExplanation(data) ? modelName(data.subject) : false);
  const barLabel =
    typeof options.colorbar === 'object' ? options.colorbar.label : attention ? 'attention' : undefined;
  const draw = (cellSize: number | undefined) => {
    const layout = layOut(matrix, {
      ...options,
      cellSize,
      title: (options.title ?? isExplanation(data)) ? title : undefined,
      subtitle: subtitle || undefined,
      annotation,
      forced: annotate === 'always',
    });
    const description = describe(matrix, values, hidden, layout.annotationSize === 0 && annotate !== false);
    const drawing = drawHeatmap({
      matrix,
      layout,
      scale,
      colors,
      palette,
      fill,
      annotation,
      title,
      description,
      colorbar: options.colorbar !== false,
      barLabel,
      lineColor: options.linecolor ?? palette.background,
    });
    return { layout, drawing };
  };
  let { layout, drawing } = draw(options.cellSize);
  // What stands beside the cells was only estimated: now that its width is known, the cells take up the difference. That can
  // tilt the labels, which then need another width.
  for (let round = 0; round < 3 && options.width !== undefined && options.cellSize === undefined; round++) {
    if (drawing.width === options.width) break;
    const cellSize = Math.max(0.5, layout.cellWidth + (options.width - drawing.width) / columnCount);
    ({ layout, drawing } = draw(cellSize));
  }
  return finish(drawing);
}

/** The scale options that are given. */
function defined({ vmin, vmax, center, robust }: ScaleOptions): ScaleOptions {
  const given = Object.entries({ vmin, vmax, center, robust }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}
