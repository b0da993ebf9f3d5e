import { PellucidError } from '../../errors.js';
import type { Attention, Explanation } from '../../explanations/index.js';
import { type Tensor, type Token, toFloat32 } from '../../tensor/index.js';

/** Any matrix to draw, with what its rows and columns mean. */
export interface MatrixData {
  /** Rows of numbers of equal length, or a tensor with two axes (leading axes of size 1 are dropped). */
  readonly values: readonly (readonly number[])[] | Tensor;
  /** One label for each row; by default its index. */
  readonly rows?: readonly (Token | string)[] | undefined;
  /** One label for each column; by default its index. */
  readonly columns?: readonly (Token | string)[] | undefined;
  /** What a row is, e.g. `destination`. */
  readonly rowName?: string | undefined;
  /** What a column is, e.g. `source`. */
  readonly columnName?: string | undefined;
}

/** A matrix in the one form that figures draw. */
export interface Matrix {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Row-major. */
  readonly values: ArrayLike<number>;
  readonly rows: readonly (Token | string)[];
  readonly columns: readonly (Token | string)[];
  readonly rowName: string;
  readonly columnName: string;
}

const axisNames: ReadonlyMap<string, string> = new Map([
  ['destination', 'destination (attends from)'],
  ['source', 'source (attended to)'],
]);

function axisName(name = ''): string {
  return axisNames.get(name) ?? name;
}

/** Whether the thing to draw is an explanation, in contrast to plain data. */
export function isExplanation(data: Explanation | MatrixData): data is Explanation {
  return 'schemaVersion' in data && 'tokens' in data;
}

/** Whether an explanation holds attention. */
export function isAttention(explanation: Explanation): explanation is Attention {
  return explanation.method === 'attention';
}

function fromRows(rows: readonly (readonly number[])[]): Pick<Matrix, 'rowCount' | 'columnCount' | 'values'> {
  const columnCount = rows[0]?.length ?? 0;
  const ragged = rows.findIndex((row) => row.length !== columnCount);
  if (ragged >= 0) {
    throw new PellucidError(
      'bad-input',
      `Row ${ragged} of the matrix has ${rows[ragged]!.length} values, but row 0 has ${columnCount}; rows must be of equal length.`,
    );
  }
  return { rowCount: rows.length, columnCount, values: Float64Array.from(rows.flat()) };
}

function fromTensor(source: Tensor): Pick<Matrix, 'rowCount' | 'columnCount' | 'values'> {
  const leading = source.shape.slice(0, -2);
  if (source.shape.length < 2 || leading.some((size) => size !== 1)) {
    const named = source.axes ? ` (${source.axes.join(', ')})` : '';
    throw new PellucidError(
      'bad-input',
      `A heatmap draws a matrix, but these values have the shape [${source.shape.join(', ')}]${named}; choose one layer and one head.`,
    );
  }
  const [rowCount, columnCount] = source.shape.slice(-2) as [number, number];
  return { rowCount, columnCount, values: toFloat32(source).data };
}

function labelsFor(
  labels: readonly (Token | string)[] | undefined,
  count: number,
  what: string,
): readonly (Token | string)[] {
  if (labels === undefined) return Array.from({ length: count }, (_, index) => String(index));
  if (labels.length !== count) {
    throw new PellucidError(
      'bad-input',
      `There are ${labels.length} ${what} labels for ${count} ${what}s; give one for each.`,
    );
  }
  return labels;
}

/**
 * Reads a matrix from an explanation with two position axes, or from plain data.
 * @throws PellucidError `bad-input` when there is no value, more than one layer or head, or labels do not fit.
 */
export function toMatrix(data: Explanation | MatrixData): Matrix {
  const plain: MatrixData = isExplanation(data)
    ? {
        values: data.values,
        rows: data.destinationTokens ?? data.tokens,
        columns: data.tokens,
        rowName: data.values.axes.at(-2),
        columnName: data.values.axes.at(-1),
      }
    : data;
  const { rowCount, columnCount, values } =
    'shape' in plain.values ? fromTensor(plain.values) : fromRows(plain.values);
  if (rowCount === 0 || columnCount === 0) {
    throw new PellucidError(
      'bad-input',
      'The matrix to draw is empty; give at least one row and one column.',
    );
  }
  return {
    rowCount,
    columnCount,
    values,
    rows: labelsFor(plain.rows, rowCount, 'row'),
    columns: labelsFor(plain.columns, columnCount, 'column'),
    rowName: axisName(plain.rowName),
    columnName: axisName(plain.columnName),
  };
}

/** Whether each row is zero beyond its own position: what a causal model's attention looks like. */
export function isCausal({ rowCount, columnCount, values }: Matrix): boolean {
  if (rowCount !== columnCount || rowCount < 2) return false;
  for (let row = 0; row < rowCount; row++) {
    for (let column = row + 1; column < columnCount; column++) {
      if (values[row * columnCount + column] !== 0) return false;
    }
  }
  return true;
}
