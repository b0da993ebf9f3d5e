import { rgb } from 'd3-color';
import { textColorOn } from '../drawing/color.js';
import { findMask, type Mask } from './mask.js';
import { aggregate, type Patterns } from './patterns.js';
import { maxPool } from './pool.js';
import { type ColorScale, largest, paintShades, shadesOf } from './shades.js';
import { hiddenSources, leaveOut, type Sink } from './sink.js';

/** One matrix of weights, ready to be drawn. */
export interface MatrixPicture {
  /** Row-major; NaN where a destination cannot look, and where a source is left out. */
  readonly values: Float32Array;
  /** One pixel for each cell; for each few cells beyond 2048. */
  readonly canvas: HTMLCanvasElement;
  readonly mask: Mask | null;
  /** Sources left out, 1 for each. */
  readonly hidden: Uint8Array | null;
  readonly hiddenMass: number;
  /** The colour of a number on a cell. */
  textColor(cell: number): string;
}

/** Longest side of the picture that is kept, in cells. */
const mostPixels = 2048;

/** How a matrix is made and coloured. */
export interface MatrixStyle {
  /** How several heads become one. */
  readonly aggregate: 'mean' | 'max';
  /** Whether a pair of tokens is looked at; null for all. */
  readonly allowed: ((destination: number, source: number) => boolean) | null;
  readonly sink: Sink | undefined;
  readonly scale: ColorScale;
  readonly table: Uint32Array;
}

/** Puts heads together, leaves out what is to be left out, finds the mask and colours the cells. */
export function matrixPicture(
  document: Document,
  patterns: Patterns,
  heads: readonly number[],
  { aggregate: how, allowed, sink, scale, table }: MatrixStyle,
): MatrixPicture {
  const { rows, columns } = patterns;
  const values = aggregate(patterns, heads, how);
  const mask = findMask(values, rows, columns);
  if (mask) {
    const reach = mask.window ?? rows;
    for (let row = 0; row < rows; row++) {
      values.fill(Number.NaN, row * columns + row + 1, (row + 1) * columns);
      values.fill(Number.NaN, row * columns, row * columns + Math.max(0, row - reach + 1));
    }
  }
  const hidden = hiddenSources(patterns.sources, sink);
  const hiddenMass = hidden && sink ? leaveOut(values, columns, hidden, sink) : 0;
  if (allowed) {
    for (let cell = 0; cell < values.length; cell++)
      if (!allowed(Math.floor(cell / columns), cell % columns)) values[cell] = Number.NaN;
  }
  const [wide, high] = [Math.min(columns, mostPixels), Math.min(rows, mostPixels)];
  const alone = { ...patterns, triangular: false, step: 1, data: values, size: values.length };
  const drawn = wide === columns && high === rows ? values : maxPool(alone, 0, wide, high);
  const canvas = document.createElement('canvas');
  canvas.width = wide;
  canvas.height = high;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(wide, high);
  const shades = shadesOf(drawn, scale, largest(values));
  paintShades(new Uint32Array(image.data.buffer), drawn, shades, table);
  context.putImageData(image, 0, 0);
  const bytes = new Uint8Array(table.buffer);
  const textColors = Array.from({ length: 256 }, (_, shade) =>
    textColorOn(rgb(bytes[shade * 4]!, bytes[shade * 4 + 1]!, bytes[shade * 4 + 2]!).formatHex()),
  );
  return {
    ...{ values, canvas, mask, hidden, hiddenMass },
    textColor: (cell) => textColors[shades[cell] ?? 0]!,
  };
}
