import { rgb } from 'd3-color';
import { encode } from 'fast-png';
import { toBase64 } from './base64.js';
import { textColorOn } from './color.js';
import { element, group, type Markup } from './svg.js';
import type { Palette } from './theme.js';

/** A grid of cells, ready to draw. */
export interface Grid {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** CSS colour of a cell; null where nothing is drawn, `missing` where there is no number. */
  readonly fill: (row: number, column: number) => string | null | 'missing';
  readonly lineWidth: number;
  readonly lineColor: string;
}

/** Above this many cells they become one embedded picture, since a browser slows down over many elements. */
const mostElements = 4096;

/** Keeps the cells of an embedded picture sharp. */
export const pixelated = 'image-rendering:pixelated';

function rectangles(grid: Grid, hatch: string): Markup {
  const { rowCount, columnCount, cellWidth, cellHeight, lineWidth } = grid;
  const rows: Markup[] = [];
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++) {
      const fill = grid.fill(row, column);
      if (fill === null) continue;
      rows.push(
        element('rect', {
          x: column * cellWidth,
          y: row * cellHeight,
          width: cellWidth,
          height: cellHeight,
          fill: fill === 'missing' ? hatch : fill,
        }),
      );
    }
  }
  const lines =
    lineWidth > 0
      ? { stroke: grid.lineColor, 'stroke-width': lineWidth }
      : { 'shape-rendering': 'crispEdges' };
  return element('g', lines, ...rows);
}

function picture(grid: Grid, palette: Palette): Markup {
  const { rowCount, columnCount, cellWidth, cellHeight, lineWidth, lineColor } = grid;
  const pixels = new Uint8Array(rowCount * columnCount * 4);
  const known = new Map<string, readonly [number, number, number]>();
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++) {
      const fill = grid.fill(row, column);
      if (fill === null) continue;
      let channels = known.get(fill);
      if (channels === undefined) {
        const { r, g, b } = rgb(fill === 'missing' ? palette.missing : fill);
        channels = [r, g, b];
        known.set(fill, channels);
      }
      pixels.set([...channels, 255], (row * columnCount + column) * 4);
    }
  }
  const png = encode({ width: columnCount, height: rowCount, data: pixels, channels: 4, depth: 8 });
  const [width, height] = [columnCount * cellWidth, rowCount * cellHeight];
  const image = element('image', {
    width,
    height,
    preserveAspectRatio: 'none',
    style: pixelated,
    href: `data:image/png;base64,${toBase64(png)}`,
  });
  if (lineWidth === 0) return image;
  let lines = '';
  for (let column = 1; column < columnCount; column++) lines += `M${column * cellWidth} 0v${height}`;
  for (let row = 1; row < rowCount; row++) lines += `M0 ${row * cellHeight}h${width}`;
  return group([image, element('path', { d: lines, stroke: lineColor, 'stroke-width': lineWidth })]);
}

/** The cells of a grid: rectangles, or one embedded picture where there are many. */
export function cellsMarkup(grid: Grid, palette: Palette, hatch: string): Markup {
  return grid.rowCount * grid.columnCount > mostElements ? picture(grid, palette) : rectangles(grid, hatch);
}

/** The text in each cell, dark or light as its ground demands; `size` is the font size in pixels. */
export function annotationsMarkup(
  grid: Grid,
  text: (row: number, column: number) => string,
  size: number,
): Markup {
  const byColor = new Map<string, Markup[]>();
  for (let row = 0; row < grid.rowCount; row++) {
    for (let column = 0; column < grid.columnCount; column++) {
      const fill = grid.fill(row, column);
      const shown = text(row, column);
      if (fill === null || fill === 'missing' || shown === '') continue;
      const color = textColorOn(fill);
      const texts = byColor.get(color) ?? [];
      byColor.set(color, texts);
      const x = (column + 0.5) * grid.cellWidth;
      // Digits are 0.73 em high: half of it below the middle puts them in the middle.
      const y = (row + 0.5) * grid.cellHeight + size * 0.365;
      texts.push(element('text', { x, y }, shown));
    }
  }
  const groups = [...byColor].map(([fill, texts]) => element('g', { fill }, ...texts));
  return element('g', { class: 'annotations', 'font-size': size, 'text-anchor': 'middle' }, ...groups);
}
