import type { Dimension, ValueType } from '../graph/index.js';
import {
  type DataArrays,
  dataArrays,
  elementCount,
  type Tensor,
  type Token,
  tensor,
} from '../tensor/index.js';

/** On which side shorter texts of a batch are filled up. */
export type PaddingSide = 'left' | 'right';

/** Several inputs side by side: the feeds of a model graph, and where in each row its tokens stand. */
export interface Batch {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Where the tokens of each row stand. */
  readonly rows: readonly Place[];
}

/** The positions [start, start + length) of a row that hold its tokens. */
export interface Place {
  readonly start: number;
  readonly length: number;
  /** The same for what the encoder of an encoder-decoder reads. */
  readonly source?: Place | undefined;
}

/** Where a row's own part of an axis lies, from the axis's name in a graph; undefined where all of it is the row's. */
export function placeOn(axis: Dimension | undefined, place: Place): Place | undefined {
  return axis === 'position' ? place : axis === 'source' ? place.source : undefined;
}

/** One sequence of a row. */
interface SequenceRow {
  readonly tokens: readonly Pick<Token, 'id'>[];
  readonly first?: number;
  readonly hidden?: readonly number[] | undefined;
}

/** One row of a batch. */
export interface BatchRow {
  readonly tokens: readonly Pick<Token, 'id' | 'segment'>[];
  /** Position of the first of them in its text, where they go on with one; 0 by default. */
  readonly first?: number;
  /** Positions in the row that no token may look at, as if they were padding. */
  readonly hidden?: readonly number[] | undefined;
  /** Positions in the row at which an answer is wanted; the same number for each row. */
  readonly answers: readonly number[];
  /** What the encoder of an encoder-decoder reads. */
  readonly source?: SequenceRow | undefined;
}

export interface BatchOptions {
  readonly side?: PaddingSide | undefined;
  /** Segment id of the tokens of the first text and of the second. */
  readonly segmentTypes?: readonly number[];
}

/** Lays rows of unequal length side by side. Padding has token id 0, segment 0 and mask 0; no token ever sees it. */
export function makeBatch(
  rows: readonly BatchRow[],
  { side = 'right', segmentTypes = [0, 1] }: BatchOptions = {},
): Batch {
  const own = laySideBySide(rows, side);
  const width = own.shape[1]!;
  const segments = new BigInt64Array(rows.length * width);
  const answerCount = rows[0]!.answers.length;
  const answers = new BigInt64Array(rows.length * answerCount);
  for (const [i, row] of rows.entries()) {
    const { start } = own.places[i]!;
    for (const [position, token] of row.tokens.entries())
      segments[i * width + start + position] = BigInt(segmentTypes[token.segment]!);
    for (const [j, position] of row.answers.entries())
      answers[i * answerCount + j] = BigInt(start + position);
  }
  const read = rows.flatMap(({ source }) => source ?? []);
  const source = read.length > 0 ? sourceBatch(read, side) : undefined;
  return {
    feeds: {
      ...own.feeds,
      segments: tensor('I64', own.shape, segments),
      answers: tensor('I64', [rows.length, answerCount, 1], answers),
      ...source?.feeds,
    },
    rows: own.places.map((place, i) => (source ? { ...place, source: source.rows[i]! } : place)),
  };
}

/** What the encoder of an encoder-decoder reads, as feeds of its own inputs. */
export function sourceBatch(rows: readonly SequenceRow[], side: PaddingSide): Batch {
  const { feeds, places } = laySideBySide(rows, side);
  const own = Object.entries(feeds).map(([name, value]) => [`source_${name}`, value]);
  return { feeds: Object.fromEntries(own), rows: places };
}

/** Token ids, positions and mask of sequences of unequal length, [row, position]. */
function laySideBySide(rows: readonly SequenceRow[], side: PaddingSide) {
  const width = Math.max(...rows.map(({ tokens }) => tokens.length));
  const shape = [rows.length, width];
  const tokens = new BigInt64Array(rows.length * width);
  const positions = new BigInt64Array(rows.length * width);
  const mask = new Float32Array(rows.length * width);
  const places = rows.map((row, i): Place => {
    const length = row.tokens.length;
    const start = side === 'left' ? width - length : 0;
    for (const [position, token] of row.tokens.entries()) {
      const at = i * width + start + position;
      tokens[at] = BigInt(token.id);
      positions[at] = BigInt((row.first ?? 0) + position);
      mask[at] = 1;
    }
    for (const position of row.hidden ?? []) mask[i * width + start + position] = 0;
    return { start, length };
  });
  const feeds = {
    tokens: tensor('I64', shape, tokens),
    positions: tensor('I64', shape, positions),
    mask: tensor('F32', shape, mask),
  };
  return { shape, feeds, places };
}

/**
 * The part of a batched output that belongs to one row: its batch axis dropped, its position axes cut to the
 * row's tokens. `type` tells which axes those are. A copy only where an axis behind the first has to be cut.
 */
export function sliceRow(output: Tensor, type: ValueType, row: number, place: Place): Tensor {
  const shape = output.shape.slice(1);
  const size = elementCount(shape);
  const data = output.data.subarray(row * size, (row + 1) * size) as DataArrays[typeof output.dtype];
  const cut = type.shape.slice(1).map((name, axis) => placeOn(name, place)?.length ?? shape[axis]!);
  if (cut.every((length, axis) => length === shape[axis])) return tensor(output.dtype, shape, data);

  const startOf = (axis: number) => placeOn(type.shape[axis + 1], place)?.start ?? 0;
  if (cut.every((length, axis) => axis === 0 || length === shape[axis])) {
    // Positions one after the other: all logits of a long text are a hundred megabytes that need not be copied.
    const inner = elementCount(shape.slice(1));
    const own = data.subarray(startOf(0) * inner, (startOf(0) + cut[0]!) * inner);
    return tensor(output.dtype, cut, own as DataArrays[typeof output.dtype]);
  }
  const result = new dataArrays[output.dtype](elementCount(cut)) as Float32Array;
  const source = data as Float32Array;
  // Copies innermost rows whole; the outer axes are walked like an odometer.
  const run = cut.at(-1)!;
  const outer = cut.slice(0, -1);
  const index = outer.map(() => 0);
  for (let written = 0; written < result.length; written += run) {
    let from = 0;
    for (const [axis, i] of index.entries()) from = (from + i + startOf(axis)) * shape[axis + 1]!;
    from += startOf(cut.length - 1);
    result.set(source.subarray(from, from + run), written);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      if (index[axis]! < outer[axis]!) break;
      index[axis] = 0;
    }
  }
  return tensor(output.dtype, cut, result as DataArrays[typeof output.dtype]);
}
