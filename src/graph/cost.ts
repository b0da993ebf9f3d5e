import { bytesPerElement, elementCount } from '../tensor/index.js';
import type { Graph, Node } from './graph.js';
import type { Operator } from './operators.js';
import type { Dimension, ValueType } from './value.js';

/** What it takes to run a graph once, in bytes and operations. */
export interface Cost {
  /** Weights that the run reads, where they lie in their files. */
  readonly weights: number;
  /** Float32 copies of half-precision weights, which live as long as the graph's session. */
  readonly casts: number;
  /** The most that computed values, inputs and outputs take at one time. */
  readonly activations: number;
  /** The outputs' share of that. */
  readonly outputs: number;
  /** Floating point operations of the matrix products; a multiplication and an addition are two. */
  readonly operations: number;
}

/** Operators whose output is their input's memory under another name or shape. */
const views: readonly Operator[] = ['Identity', 'Reshape', 'Squeeze', 'Unsqueeze'];

/** Bytes that the operating system maps at once. */
const page = 4096;

/**
 * The cost of a run, counted from the types in the graph.
 * @param sizes what the named sizes are; those that are missing count as 1
 */
export function costOf(graph: Graph, sizes: ReadonlyMap<string, number>): Cost {
  const shapeOf = ({ shape }: ValueType) => shape.map((size) => sizeOf(size, sizes));
  const bytesOf = (name: string) => {
    const value = graph.values.get(name)!;
    return elementCount(shapeOf(value)) * bytesPerElement[value.dtype];
  };
  const casts = graph.nodes.filter(
    ({ operator, inputs }) => operator === 'Cast' && graph.weights.has(inputs[0]!),
  );
  const fixed = new Set([...graph.weights.keys(), ...graph.constants.keys()]);
  for (const { outputs } of casts) fixed.add(outputs[0]!);
  const total = (names: Iterable<string>) => sum(Array.from(names, bytesOf));
  return {
    weights: weightBytes(graph, shapeOf),
    casts: total(casts.map(({ outputs }) => outputs[0]!)),
    activations: peak(graph, fixed, bytesOf),
    outputs: total(new Set(graph.outputs)),
    operations: sum(graph.nodes.map((node) => operationsOf(node, graph, shapeOf))),
  };
}

function sizeOf(size: Dimension, sizes: ReadonlyMap<string, number>): number {
  return typeof size === 'number' ? size : (sizes.get(size) ?? 1);
}

/** Of a table that is only looked up the rows in use are read, each with the pages it lies on. */
function weightBytes(graph: Graph, shapeOf: (type: ValueType) => number[]): number {
  const read = new Map<string, number>();
  for (const { operator, inputs } of graph.nodes) {
    for (const [i, name] of inputs.entries()) {
      const weight = graph.weights.get(name);
      if (!weight) continue;
      const rows = weight.shape[0] as number;
      const lookups =
        operator === 'Gather' && i === 0 ? elementCount(shapeOf(graph.values.get(inputs[1]!)!)) : rows;
      const row = Math.ceil(weight.data.length / Math.max(1, rows)) + (lookups < rows ? page : 0);
      const bytes = Math.min(weight.data.length, lookups * row);
      read.set(name, Math.max(bytes, read.get(name) ?? 0));
    }
  }
  return sum([...read.values()]);
}

/** The most bytes that values hold at one time when each is freed after its last reader. */
function peak(graph: Graph, fixed: ReadonlySet<string>, bytesOf: (name: string) => number): number {
  const roots = new Map<string, string>();
  const rootOf = (name: string) => roots.get(name) ?? name;
  const lastUse = new Map<string, number>();
  for (const [i, { operator, inputs, outputs }] of graph.nodes.entries()) {
    if (views.includes(operator)) roots.set(outputs[0]!, rootOf(inputs[0]!));
    for (const name of [...inputs, ...outputs]) lastUse.set(rootOf(name), i);
  }
  const kept = new Set([...graph.outputs, ...graph.inputs.map(({ name }) => name)].map(rootOf));
  let live = sum(graph.inputs.map(({ name }) => bytesOf(name)));
  let most = live;
  for (const [i, { inputs, outputs }] of graph.nodes.entries()) {
    const made = outputs.filter((name) => rootOf(name) === name && !fixed.has(name));
    live += sum(made.map(bytesOf));
    most = Math.max(most, live);
    const ended = new Set([...inputs, ...outputs].map(rootOf));
    for (const name of ended) {
      if (lastUse.get(name) === i && !kept.has(name) && !fixed.has(name)) live -= bytesOf(name);
    }
  }
  return most;
}

function operationsOf(
  { operator, inputs, outputs, attributes }: Node,
  graph: Graph,
  shapeOf: (type: ValueType) => number[],
): number {
  if (operator !== 'MatMul' && operator !== 'FusedMatMul' && operator !== 'MatMulNBits') return 0;
  const first = shapeOf(graph.values.get(inputs[0]!)!);
  const inner = 'transA' in attributes && attributes.transA ? first.at(-2)! : first.at(-1)!;
  return 2 * inner * elementCount(shapeOf(graph.values.get(outputs[0]!)!));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
