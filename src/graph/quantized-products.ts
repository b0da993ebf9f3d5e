import { type Graph, type Node, restrictTo, type WeightValue } from './graph.js';
import type { OperatorAttributes } from './operators.js';

/** So many neighbours along a row share a scale. */
export const quantizedBlock = 32;

/** How a weight matrix stands in its file: as [to, from] or as [from, to]. */
export type Orientation = 'out-in' | 'in-out';

/** A weight matrix in 8 bits, as MatMulNBits takes it. */
export interface QuantizedMatrix {
  readonly to: number;
  readonly from: number;
  /** U8 [to, from / block, block]. */
  readonly packed: WeightValue;
  /** F32 [to, from / block]. */
  readonly scales: WeightValue;
}

/** Smaller matrices, such as heads of classifiers, stay as they are: nothing is gained by rounding them. */
const leastSize = 32;

/**
 * The weights that could be kept in 8 bits, by name: those that multiply activations from the right, with rows of whole
 * blocks. One that is also used in another way stays in its file for that use.
 */
export function quantizableMatrices(graph: Graph): Map<string, Orientation> {
  const stored = storedNames(graph);
  const found = new Map<string, Orientation>();
  const mixed = new Set<string>();
  for (const node of graph.nodes) {
    const factor = factorOf(node, stored);
    if (!factor) continue;
    const [rows, columns] = graph.weights.get(factor.name)!.shape as [number, number];
    const [to, from] = factor.orientation === 'out-in' ? [rows, columns] : [columns, rows];
    if (from % quantizedBlock !== 0 || Math.min(to, from) < leastSize) continue;
    if ((found.get(factor.name) ?? factor.orientation) !== factor.orientation) mixed.add(factor.name);
    found.set(factor.name, factor.orientation);
  }
  for (const name of mixed) found.delete(name);
  return found;
}

/** The graph with products of those weights computed from their 8 bits; float32 copies that nobody else reads fall away. */
export function withQuantizedProducts(graph: Graph, matrices: ReadonlyMap<string, QuantizedMatrix>): Graph {
  const stored = storedNames(graph);
  const [values, weights] = [new Map(graph.values), new Map(graph.weights)];
  let rounded = false;
  const nodes = graph.nodes.map((node): Node => {
    const factor = factorOf(node, stored);
    const matrix = factor && matrices.get(factor.name);
    if (!matrix) return node;
    rounded = true;
    const { packed, scales, from, to } = matrix;
    for (const weight of [packed, scales]) {
      values.set(weight.name, weight);
      weights.set(weight.name, weight);
    }
    const attributes: OperatorAttributes['MatMulNBits'] = {
      ...{ K: from, N: to, bits: 8, block_size: quantizedBlock, accuracy_level: 4 },
    };
    const inputs = [node.inputs[0]!, packed.name, scales.name];
    return { operator: 'MatMulNBits', inputs, outputs: node.outputs, attributes };
  });
  return rounded ? restrictTo({ ...graph, values, weights, nodes }, graph.outputs) : graph;
}

/** Whether some of its products are computed from 8 bits. */
export function isQuantized(graph: Graph): boolean {
  return graph.nodes.some(({ operator }) => operator === 'MatMulNBits');
}

/** The weight that each value is, as it stands or cast to float32. */
function storedNames(graph: Graph): Map<string, string> {
  const names = new Map([...graph.weights.keys()].map((name) => [name, name]));
  for (const { operator, inputs, outputs } of graph.nodes) {
    if (operator === 'Cast' && graph.weights.has(inputs[0]!)) names.set(outputs[0]!, inputs[0]!);
  }
  return new Map([...names].filter(([, name]) => graph.weights.get(name)!.shape.length === 2));
}

/** The weight that a product of activations has as its second factor. */
function factorOf(node: Node, stored: ReadonlyMap<string, string>) {
  const { operator, inputs, attributes } = node;
  const name = stored.get(inputs[1] ?? '');
  if (name === undefined || stored.has(inputs[0]!)) return undefined;
  if (operator === 'MatMul') return { name, orientation: 'in-out' as const };
  const { transA, transB, alpha } = attributes as OperatorAttributes['FusedMatMul'];
  if (operator !== 'FusedMatMul' || transA === 1 || alpha !== undefined) return undefined;
  return { name, orientation: transB === 1 ? ('out-in' as const) : ('in-out' as const) };
}
