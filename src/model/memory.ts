import { PellucidError } from '../errors.js';
import { type Cost, costOf, type Graph, isQuantized } from '../graph/index.js';
import { chunkQueries, chunkRows } from './query-chunks.js';
import { cutIntoSegments, type Segment } from './segments.js';

/**
 * How much memory runs may take: `low` for as little as can be, at the price of some time; or a limit in bytes for one
 * run, weights included. By default it is what the machine, or the container, has to spare.
 */
export type MemoryOption = 'low' | { readonly limit: number };

/** How far a run has come, in parts of the model. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** The part that was done last: `embedding`, `blocks.3`, `head`; `model` where it runs as a whole. */
  readonly part: string;
}

/** How a graph is going to be run. */
export interface Plan {
  /** Whether all weights are in use at once, or those of one block at a time. */
  readonly mode: 'whole' | 'segmented';
  /** Queries that attention works on at once; undefined for all of them. */
  readonly chunk: number | undefined;
  readonly segments: readonly Segment[];
  /** The values that were asked for, among the outputs of the segments. */
  readonly wanted: ReadonlySet<string>;
  /** The most bytes that the run adds to the process at one time, mapped weights included. */
  readonly peak: number;
  /** Bytes of the results. */
  readonly outputs: number;
  /** Floating point operations of the matrix products. */
  readonly operations: number;
}

/** What a plan depends on besides the graph. */
export interface PlanContext {
  /** What the named sizes of the graph's inputs are. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly heads: number;
  readonly low: boolean;
  /** Whether a session of the whole keeps a copy of its weights; those of segments do only of weights in 8 bits. */
  readonly prepack?: boolean | undefined;
  /** The model's name, for messages. */
  readonly id: string;
}

/** Chooses how to run a graph in so many bytes. @throws PellucidError `bad-input` when it does not fit in any way. */
export type Planner = (limit: number) => Plan;

/**
 * The ways to run a graph: whole if that fits, else with attention in chunks of queries, else block by block. Each is
 * worked out once, when it is first considered, whatever happens to be at hand at each run.
 */
export function plannerOf(graph: Graph, context: PlanContext): Planner {
  const known: Plan[] = [];
  const all = ways(graph, context);
  return (limit) => {
    let least = Number.POSITIVE_INFINITY;
    for (const [i, way] of all.entries()) {
      known[i] ??= way();
      if (known[i].peak <= limit) return known[i];
      least = Math.min(least, known[i].peak);
    }
    throw tooLarge(graph, context, least, limit);
  };
}

/** The ways in which a graph can be run, the fastest first. */
function ways(graph: Graph, context: PlanContext): (() => Plan)[] {
  if (context.low) return [() => segmented(graph, context, true)];
  return [
    () => whole(graph, context, false),
    () => whole(graph, context, true),
    () => segmented(graph, context, false),
    () => segmented(graph, context, true),
  ];
}

function chunked(graph: Graph, { sizes, heads }: PlanContext): { graph: Graph; chunk: number | undefined } {
  const length = longest(sizes);
  const rows = chunkRows(length, heads, sizes.get('batch') ?? 1);
  return length > rows
    ? { graph: chunkQueries(graph, sizes, rows), chunk: rows }
    : { graph, chunk: undefined };
}

/** Tokens in the longest sequence of a run. */
function longest(sizes: ReadonlyMap<string, number>): number {
  return Math.max(sizes.get('position') ?? 1, sizes.get('source') ?? 1);
}

function whole(given: Graph, context: PlanContext, inChunks: boolean): Plan {
  const { graph, chunk } = inChunks ? chunked(given, context) : { graph: given, chunk: undefined };
  const cost = costOf(graph, context.sizes);
  const segments = [{ name: 'model', graph, carried: [] }];
  const { outputs, operations, weights } = cost;
  const packed = context.prepack || isQuantized(graph) ? weights : 0;
  return {
    mode: 'whole',
    chunk,
    segments,
    wanted: new Set(graph.outputs),
    peak: packed + together(cost, 0),
    outputs,
    operations,
  };
}

function segmented(given: Graph, context: PlanContext, inChunks: boolean): Plan {
  const { graph, chunk } = inChunks ? chunked(given, context) : { graph: given, chunk: undefined };
  const segments = cutIntoSegments(graph);
  const costs = segments.map((segment) => costOf(segment.graph, context.sizes));
  const wanted = new Set(graph.outputs);
  const lastReader = new Map(segments.flatMap(({ carried }, i) => carried.map((name) => [name, i] as const)));
  const bytesOf = (names: readonly string[]) => resultBytes(graph, names, context.sizes);
  let results = 0;
  let waiting: string[] = [];
  let peak = 0;
  for (const [i, segment] of segments.entries()) {
    const packed = isQuantized(segment.graph) ? costs[i]!.weights : 0;
    peak = Math.max(peak, packed + together(costs[i]!, results + bytesOf(waiting)));
    results += bytesOf(segment.graph.outputs.filter((name) => wanted.has(name)));
    waiting = [...waiting, ...segment.graph.outputs].filter(
      (name) => !wanted.has(name) && (lastReader.get(name) ?? -1) > i,
    );
  }
  const operations = costs.reduce((sum, cost) => sum + cost.operations, 0);
  return { mode: 'segmented', chunk, segments, wanted, peak, outputs: results, operations };
}

/** Bytes of values that wait outside the engine. */
function resultBytes(graph: Graph, names: readonly string[], sizes: ReadonlyMap<string, number>): number {
  return costOf({ ...graph, inputs: [], nodes: [], outputs: names }, sizes).outputs;
}

/** What the engine itself takes (its thread, its sessions), measured. */
const engineBytes = 96 * 2 ** 20;

/**
 * Most bytes that the C library keeps of buffers that were freed, measured: it gives large ones back at once, and holds
 * about as much of the others as was in use.
 */
const retainedBytes = 256 * 2 ** 20;

/** Everything that a session and what is held besides take at one time. */
function together({ weights, casts, activations }: Cost, held: number): number {
  const computed = activations + held;
  return weights + casts + computed + Math.min(computed, retainedBytes) + engineBytes;
}

function tooLarge(graph: Graph, context: PlanContext, least: number, limit: number): PellucidError {
  const { sizes, id } = context;
  const length = longest(sizes);
  const peakAt = (positions: number) => {
    const shortened = [...sizes].map(
      ([axis, size]) => [axis, /^(position|source)$/.test(axis) ? Math.min(size, positions) : size] as const,
    );
    const shorter = { ...context, sizes: new Map(shortened) };
    return Math.min(...ways(graph, shorter).map((way) => way().peak));
  };
  const fitsAt = (positions: number) => peakAt(positions) <= limit;
  const needs = `A run of ${id} on ${length} tokens takes ${gibibytes(least)} at its largest, but ${gibibytes(limit)} are at hand`;
  if (!fitsAt(1)) {
    return new PellucidError(
      'bad-input',
      `${needs}: even one token takes ${gibibytes(peakAt(1))}, weights of one block and ${gibibytes(engineBytes)} of the engine itself among it, so it needs a machine with more memory or a higher limit.`,
    );
  }
  let [fits, tooLong] = [1, length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (fitsAt(middle)) fits = middle;
    else tooLong = middle;
  }
  const { outputs } = segmented(graph, context, true);
  return new PellucidError(
    'bad-input',
    `${needs}: ${gibibytes(outputs)} of that are captured values, so capture fewer layers, heads or positions, or take a text of ${fits} tokens or fewer.`,
  );
}

function gibibytes(bytes: number): string {
  const gib = bytes / 2 ** 30;
  return gib < 1 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${gib.toFixed(1)} GiB`;
}
