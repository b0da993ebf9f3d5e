import type { CheckpointFiles } from '../../checkpoint/index.js';
import type { Scratch } from '../../checkpoint/scratch.js';
import { PellucidError } from '../../errors.js';
import type { Precision } from '../../explanations/index.js';
import {
  quantizedBlock as block,
  type Graph,
  type Orientation,
  type QuantizedMatrix,
  quantizableMatrices,
  type WeightValue,
  withQuantizedProducts,
} from '../../graph/index.js';
import { bytesPerElement, dataArrays, tensor, toFloat32 } from '../../tensor/index.js';
import type { GradientRequest } from '../gradient.js';
import type { Progress } from '../memory.js';
import { quantizeBand, type RoundedMatrix } from './quantize-blocks.js';

/** The name under which the graph knows the bytes; no file of a checkpoint can have it. */
const location = '8-bit/weights';

/** So many numbers are read at once. */
const pieceSize = 2 ** 22;

/** The weights of a model in 8 bits, and the files that hold them beside the checkpoint's own. */
export interface QuantizedWeights {
  /** The graph with products of those weights in place of the stored ones. */
  readonly finish: (graph: Graph) => Graph;
  readonly files: CheckpointFiles;
  /** Frees what they take. */
  close(): Promise<void>;
}

/** What a model computes with in place of its weights, and what that does to its numbers. */
export interface Quantized {
  /** Freed with the model. */
  readonly weights: QuantizedWeights;
  /** Undefined only while it is measured. */
  readonly precision?: Precision;
}

/** @throws PellucidError `unsupported`; a request that asks for no derivative wants the target's value, and passes. */
export function refuseDerivatives({ of }: GradientRequest, id: string): void {
  if (of.length === 0) return;
  throw new PellucidError(
    'unsupported',
    `${id} is open with weights in 8 bits, through which no gradient is taken: open it without them, or use a method that only runs the model.`,
  );
}

/** Told of each weight. */
export interface QuantizeOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Rounds the weight matrices that a graph multiplies with to 8 bits, a scale for each 32 neighbours, and writes them.
 * Nothing is left of them when it fails.
 * @throws PellucidError `unsupported` where there are none, `cancelled`, `bad-input` where there is no room.
 */
export async function quantizeWeights(
  graph: Graph,
  files: CheckpointFiles,
  scratch: Scratch,
  { onProgress, signal }: QuantizeOptions,
): Promise<QuantizedWeights> {
  const chosen = quantizableMatrices(graph);
  if (chosen.size === 0) {
    await scratch.close();
    throw new PellucidError(
      'unsupported',
      `${files.id} cannot be opened in 8 bits: none of its weight matrices has rows of a multiple of ${block} numbers.`,
    );
  }
  const matrices = new Map<string, QuantizedMatrix>();
  let end = 0;
  try {
    const write = async (bytes: Uint8Array) => {
      await scratch.append(bytes);
      end += bytes.length;
      return { file: location, offset: end - bytes.length, length: bytes.length };
    };
    for (const [name, orientation] of chosen) {
      const source = graph.weights.get(name)!;
      const { shape } = source as { readonly shape: readonly number[] };
      const [to, from] = (orientation === 'out-in' ? shape : shape.toReversed()) as [number, number];
      const { packed, scales } = await rounded(source, orientation, from, files, signal);
      const blocks = [to, from / block];
      matrices.set(name, {
        ...{ to, from },
        packed: { name: `${name}.8-bit`, dtype: 'U8', shape: [...blocks, block], data: await write(packed) },
        scales: {
          ...{ name: `${name}.scales`, dtype: 'F32', shape: blocks },
          data: await write(new Uint8Array(scales.buffer)),
        },
      });
      onProgress?.({ done: matrices.size, total: chosen.size, part: name });
    }
  } catch (error) {
    await scratch.close();
    throw error;
  }
  return {
    finish: (whole) => withQuantizedProducts(whole, matrices),
    files: withScratch(files, scratch, end),
    close: () => scratch.close(),
  };
}

/** A weight matrix in 8 bits, read in pieces. */
async function rounded(
  source: WeightValue,
  orientation: Orientation,
  from: number,
  files: CheckpointFiles,
  signal: AbortSignal | undefined,
): Promise<RoundedMatrix> {
  const [rows, columns] = source.shape as [number, number];
  const packed = new Uint8Array(rows * columns);
  const matrix = { packed, scales: new Float32Array(packed.length / block) };
  const band = Math.ceil(pieceSize / columns / block) * block;
  for (let row = 0; row < rows; row += band) {
    if (signal?.aborted)
      throw new PellucidError('cancelled', 'Opening the model was cancelled.', { cause: signal.reason });
    const values = await readRows(source, row, Math.min(rows, row + band), files);
    quantizeBand({ values, columns, row }, orientation, from, matrix);
  }
  return matrix;
}

/** Rows [start, end) of a matrix as float32. */
async function readRows(weight: WeightValue, start: number, end: number, files: CheckpointFiles) {
  const { dtype, shape, data: place } = weight;
  const columns = shape[1] as number;
  const row = columns * bytesPerElement[dtype];
  const bytes = await files.read(place.file, place.offset + start * row, place.offset + end * row);
  // A copy, for what was read may begin anywhere.
  const data = new dataArrays[dtype](new Uint8Array(bytes).buffer);
  return toFloat32(tensor(dtype, [end - start, columns], data as Float32Array)).data;
}

/** The checkpoint's files and, under its own name, what was written. */
function withScratch(files: CheckpointFiles, scratch: Scratch, size: number): CheckpointFiles {
  return {
    ...files,
    names: [...files.names, location],
    size: async (name) => (name === location ? size : files.size(name)),
    read: (name, start, end) =>
      name === location ? scratch.read(start ?? 0, end ?? size) : files.read(name, start, end),
    path: (name) => (name === location ? scratch.path : files.path(name)),
  };
}
