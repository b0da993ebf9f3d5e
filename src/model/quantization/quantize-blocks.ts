import { quantizedBlock as block, type Orientation } from '../../graph/index.js';

/** A matrix [to, from] in 8 bits: bytes [to, from], of which 128 is zero, and a scale for each block of a row. */
export interface RoundedMatrix {
  readonly packed: Uint8Array;
  readonly scales: Float32Array;
}

/** Some rows of a matrix as it is stored. */
export interface Band {
  /** [rows, columns]; of a matrix that is stored as [from, to] whole blocks of rows. */
  readonly values: Float32Array;
  readonly columns: number;
  /** The first of the rows. */
  readonly row: number;
}

/**
 * Rounds a band of a matrix to 8 bits: the largest number of a block, in size, becomes ±127, the others as many steps
 * above 128. A block with a NaN or infinity gets a scale that is none, so that whatever reads it shows it.
 * @param into the matrix, [to, from]
 */
export function quantizeBand(
  { values, columns, row }: Band,
  orientation: Orientation,
  from: number,
  into: RoundedMatrix,
): void {
  const rows = values.length / columns;
  if (orientation === 'out-in') {
    for (let at = 0; at < values.length; at += block) quantizeBlock(values, at, 1, into, row * columns + at);
    return;
  }
  for (let i = 0; i < rows; i += block) {
    for (let j = 0; j < columns; j++)
      quantizeBlock(values, i * columns + j, columns, into, j * from + row + i);
  }
}

/** One block, whose numbers stand `stride` apart. */
function quantizeBlock(
  values: Float32Array,
  at: number,
  stride: number,
  { packed, scales }: RoundedMatrix,
  to: number,
): void {
  let largest = 0;
  let broken = 0;
  for (let i = 0; i < block; i++) {
    const size = Math.abs(values[at + i * stride]!);
    broken += size * 0;
    if (size > largest) largest = size;
  }
  const scale = Math.fround(largest / 127 + broken);
  scales[to / block] = scale;
  // Numbers so small that their scale is 0 become zeros.
  const steps = scale > 0 ? 1 / scale : 0;
  // Truncation of what is above zero rounds half up, and is several times as fast as Math.round.
  for (let i = 0; i < block; i++) {
    packed[to + i] = values[at + i * stride]! * steps + 128.5;
  }
}
