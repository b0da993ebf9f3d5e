import { format } from 'd3-format';
import type { Explanation, Subject } from '../../explanations/index.js';
import { labelText } from './labels.js';
import { isAttention, isExplanation, type Matrix, type MatrixData } from './matrix.js';

/** The name of a model for people: its Hub id, or the name of its folder, since a picture is no place for a path. */
export function modelName({ model, precision }: Pick<Subject, 'model' | 'precision'>): string {
  const isPath = /^(\.{0,2}[/\\]|~|[a-z]:[/\\])/i.test(model);
  const name = isPath ? (model.split(/[/\\]/).findLast((part) => part !== '') ?? model) : model;
  return precision ? `${name} (8-bit weights, approximate)` : name;
}

const stacks = {
  encoder: 'Attention in the encoder',
  decoder: 'Attention in the decoder',
  cross: 'Cross attention',
} as const;

/** The title of a figure: the one given, else what is shown, e.g. `Layer 0, head 3`. */
export function titleOf(data: Explanation | MatrixData, given?: string): string {
  if (given !== undefined) return given;
  if (!isExplanation(data)) return 'Heatmap';
  if (!isAttention(data)) return data.method;
  const { layer, head, stack } = data.options;
  const what = stack === undefined ? 'Attention' : stacks[stack];
  const layerName = layer === null ? '' : `Layer ${layer}`;
  const headName = head === null ? '' : head === 'mean' ? 'mean over heads' : `head ${head}`;
  const name = [layerName, headName].filter(Boolean).join(', ');
  return name ? `${what} · ${name.charAt(0).toLowerCase()}${name.slice(1)}` : what;
}

/** What the picture shows in words, for those who cannot see it. */
export function describe(
  matrix: Matrix,
  values: ArrayLike<number>,
  hidden: (row: number, column: number) => boolean,
  numbersLeftOut: boolean,
): string {
  const { rowCount, columnCount, rows, columns, rowName, columnName } = matrix;
  let [low, high, highest, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0];
  for (let i = 0; i < values.length; i++) {
    if (hidden(Math.floor(i / columnCount), i % columnCount)) continue;
    const value = values[i]!;
    if (Number.isNaN(value)) missing++;
    if (value < low) low = value;
    if (value > high) {
      high = value;
      highest = i;
    }
  }
  const write = format('.3~g');
  const named = (count: number, what: string, name: string) =>
    `${count} ${what}${count === 1 ? '' : 's'}${name ? `, ${name}` : ''}`;
  const sentences = [
    `Heatmap of ${named(rowCount, 'row', rowName)}, by ${named(columnCount, 'column', columnName)}.`,
  ];
  if (highest >= 0) {
    const row = labelText(rows[Math.floor(highest / columnCount)]!);
    const column = labelText(columns[highest % columnCount]!);
    sentences.push(
      `Values from ${write(low)} to ${write(high)}; the largest is in row “${row}”, column “${column}”.`,
    );
  }
  if (missing > 0) sentences.push(`${missing} ${missing === 1 ? 'cell has' : 'cells have'} no value.`);
  if (numbersLeftOut) sentences.push('The cells are too small for numbers, so none are written.');
  return sentences.join(' ');
}
