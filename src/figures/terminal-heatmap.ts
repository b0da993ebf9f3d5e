import { format as numberFormat } from 'd3-format';
import stringWidth from 'string-width';
import type { Explanation } from '../explanations/index.js';
import type { Token } from '../tensor/index.js';
import { colorMap } from './drawing/color.js';
import { titleOf } from './drawing/description.js';
import { labelText } from './drawing/labels.js';
import { isAttention, isCausal, isExplanation, type MatrixData, toMatrix } from './drawing/matrix.js';
import { type ScaleOptions, valueScale } from './drawing/scale.js';
import { cutToColumns } from './drawing/terminal-columns.js';
import { type ColorDepth, type Style, styleOf } from './drawing/terminal-style.js';
import { palettes } from './drawing/theme.js';
import type { FigureDefinition } from './figure.js';

/** Options of {@link terminalHeatmap}. */
export interface TerminalHeatmapOptions extends ScaleOptions {
  /** Bits of colour the terminal shows, as `process.stdout.getColorDepth()` gives them; 1 (none) by default. */
  readonly colorDepth?: ColorDepth;
  /** Width of the terminal in characters; 80 by default. */
  readonly columns?: number;
  /** Most rows shown; 40 by default. */
  readonly rows?: number;
  /** Colour map by name; `YlGnBu` by default. */
  readonly colors?: string;
  /** How numbers are written, as d3-format spells it; `.2f` by default. */
  readonly format?: string;
  /** Line above the grid; by default what is shown. False for none. */
  readonly title?: string | false;
}

/** What the catalogue says of this figure. */
export const terminalHeatmapFigure: FigureDefinition = {
  name: 'terminal-heatmap',
  summary: 'A matrix as a coloured grid of numbers for the terminal, readable without colour too.',
  draws: ['attention'],
  formats: ['text'],
};

const widestRowLabel = 18;
const widestColumnLabel = 10;

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text;
}

/** Indices that are shown where only `room` fit: the first and the last ones; null stands for those left out. */
function shownIndices(count: number, room: number): (number | null)[] {
  if (count <= room) return Array.from({ length: count }, (_, index) => index);
  const kept = Math.max(1, room - 1);
  const head = Math.ceil(kept / 2);
  const tail = kept - head;
  return [
    ...Array.from({ length: head }, (_, index) => index),
    null,
    ...Array.from({ length: tail }, (_, index) => count - tail + index),
  ];
}

/**
 * Draws one matrix as lines of text: labels, and a grid of numbers on coloured ground. What does not fit the
 * terminal's width is left out of the middle, and the last line says so. Invisible and control characters of labels are
 * spelled out, so that no token can steer the terminal.
 *
 * @returns lines joined by newlines, without one at the end.
 * @throws PellucidError `bad-input` when the data is not one matrix, or an option cannot be used.
 */
export function terminalHeatmap(
  data: Explanation | MatrixData,
  options: TerminalHeatmapOptions = {},
): string {
  const matrix = toMatrix(data);
  const { rowCount, columnCount, values } = matrix;
  const attention = isExplanation(data) && isAttention(data);
  const causal = attention && isCausal(matrix);
  const write = numberFormat(options.format ?? '.2f');
  const scale = valueScale(Array.from(values), {
    vmin: options.vmin ?? (attention && options.center === undefined && !options.robust ? 0 : undefined),
    vmax: options.vmax,
    center: options.center,
    robust: options.robust,
  });
  const { sequential, diverging } = palettes.light;
  const colors = colorMap(options.colors ?? (options.center === undefined ? sequential : diverging));
  const style: Style = styleOf(options.colorDepth ?? 1);

  const rowIndices = shownIndices(rowCount, Math.max(2, options.rows ?? 40));
  const label = (of: Token | string) => labelText(of);
  const rowLabels = rowIndices.map((row) =>
    row === null ? '⋮' : cutToColumns(label(matrix.rows[row]!), widestRowLabel),
  );
  const rowWidth = Math.max(...rowLabels.map((text) => stringWidth(text)));
  const number = (row: number, column: number) => {
    if (causal && column > row) return '';
    const value = values[row * columnCount + column]!;
    return Number.isNaN(value) ? 'none' : write(value);
  };
  const room = (options.columns ?? 80) - rowWidth - 1;
  let numberWidth = 1;
  for (const row of rowIndices) {
    if (row === null) continue;
    for (let column = 0; column < columnCount; column++) {
      numberWidth = Math.max(numberWidth, number(row, column).length);
    }
  }
  const least = numberWidth + 2;
  const columnIndices = shownIndices(columnCount, Math.max(2, Math.floor(room / least)));
  const columnLabels = columnIndices.map((column) =>
    column === null ? '…' : label(matrix.columns[column]!),
  );
  const wanted = Math.min(widestColumnLabel, Math.max(...columnLabels.map((text) => stringWidth(text)))) + 1;
  const width = Math.max(least, Math.min(wanted, Math.floor(room / columnIndices.length)));

  const center = (text: string) => {
    const free = width - stringWidth(text);
    return ' '.repeat(Math.ceil(free / 2)) + text + ' '.repeat(Math.floor(free / 2));
  };
  const cell = (row: number, column: number) => {
    const text = center(number(row, column));
    const value = values[row * columnCount + column]!;
    if ((causal && column > row) || Number.isNaN(value)) return text;
    const position = scale.position(value);
    return style.cell(text, colors(position), position);
  };
  const lines: string[] = [];
  if (options.title !== false) lines.push(style.strong(titleOf(data, options.title)));
  const header = columnLabels.map((text) => center(cutToColumns(text, width - 1))).join('');
  lines.push(`${' '.repeat(rowWidth + 1)}${header}`.trimEnd());
  for (const [index, row] of rowIndices.entries()) {
    const name = padStart(rowLabels[index]!, rowWidth);
    const cells = columnIndices.map((column) => {
      if (row === null || column === null) return center(row === null && column !== null ? '⋮' : '…');
      return cell(row, column);
    });
    lines.push(`${name} ${cells.join('')}`.trimEnd());
  }
  const left = (count: number, shown: readonly (number | null)[]) =>
    count - shown.filter((index) => index !== null).length;
  const [rowsLeft, columnsLeft] = [left(rowCount, rowIndices), left(columnCount, columnIndices)];
  const notes: string[] = [];
  if (matrix.rowName && matrix.columnName)
    notes.push(`rows: ${matrix.rowName}; columns: ${matrix.columnName}`);
  if (columnsLeft > 0) notes.push(`${columnsLeft} of ${columnCount} columns do not fit`);
  if (rowsLeft > 0) notes.push(`${rowsLeft} of ${rowCount} rows are left out`);
  if (notes.length > 0) lines.push(style.quiet(notes.join('; ')));
  return lines.join('\n');
}
