import type { CheckpointFiles } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import { encodeOnnx, type Graph } from '../graph/index.js';
import type { SessionOptions, WeightBytes } from '../runtime/runtime.js';
import { weightFolder } from './weight-folder.js';

/** A graph as a runtime takes it: its bytes, and where its weights are. */
export interface EncodedProgram {
  readonly model: Uint8Array;
  readonly options: SessionOptions;
}

/** Weights that lie closer together than this are read at once: a request costs more than these bytes. */
const nearEnough = 2 ** 16;

/** What is read at once, as long as no single weight is larger: 256 MiB. */
const sliceBound = 2 ** 28;

/** The largest array that every browser allows: 2 GiB less one byte. */
const arrayBound = 2 ** 31 - 1;

/** Bytes [start, end) of a weight file. */
interface Slice {
  readonly file: string;
  readonly start: number;
  end: number;
}

/**
 * Encodes a graph. Where its weight files lie on this machine's disk the runtime maps them into memory itself; elsewhere
 * (in a browser) it is handed just those bytes that the graph uses, in slices.
 * @throws PellucidError `unsupported` when a weight is too large to be held, or the files share no folder.
 */
export async function encodeProgram(graph: Graph, files: CheckpointFiles): Promise<EncodedProgram> {
  const names = new Set([...graph.weights.values()].map(({ data }) => data.file));
  if (names.size === 0) return { model: encodeOnnx(graph, String), options: {} };
  if ([...names].every((name) => files.path(name) !== undefined)) {
    const { folder, locate } = weightFolder(files, names);
    return { model: encodeOnnx(graph, locate), options: { weightsFolder: folder } };
  }
  const slices = slicesOf(graph, files.id);
  const located = new Map(
    [...graph.weights].map(([name, weight]) => {
      const { file, offset, length } = weight.data;
      const slice = slices.find(
        (each) => each.file === file && each.start <= offset && offset + length <= each.end,
      )!;
      return [name, { ...weight, data: { file: locationOf(slice), offset: offset - slice.start, length } }];
    }),
  );
  const weights: WeightBytes[] = await Promise.all(
    slices.map(async (slice) => ({
      location: locationOf(slice),
      data: await files.read(slice.file, slice.start, slice.end),
    })),
  );
  return { model: encodeOnnx({ ...graph, weights: located }, String), options: { weights } };
}

function locationOf({ file, start }: Slice): string {
  return `${file}@${start}`;
}

/** The parts of the weight files that hold the graph's weights, in the order in which they lie. */
function slicesOf(graph: Graph, id: string): Slice[] {
  const ranges = [...graph.weights].map(([name, { data }]) => ({ name, ...data }));
  ranges.sort((a, b) => (a.file === b.file ? a.offset - b.offset : a.file < b.file ? -1 : 1));
  const slices: Slice[] = [];
  for (const { name, file, offset, length } of ranges) {
    if (length > arrayBound) {
      throw new PellucidError(
        'unsupported',
        `"${name}" in ${file} of ${id} is ${length} bytes long, and a browser holds at most 2 GiB in one piece: run this model in Node.`,
      );
    }
    const last = slices.at(-1);
    const end = offset + length;
    const near = last?.file === file && offset - last.end <= nearEnough && end - last.start <= sliceBound;
    if (last && near) last.end = Math.max(last.end, end);
    else slices.push({ file, start: offset, end });
  }
  return slices;
}
