import { type Choice, type Graph, type Node, restrictTo, Selector } from '../graph/index.js';

/** Most bytes that the scores of one chunk take. */
const chunkBytes = 2 ** 26;

/** How many queries are worked on at once, for texts of `length` tokens: a power of two, 64 or more. */
export function chunkRows(length: number, heads: number, batch: number): number {
  const fitting = chunkBytes / (4 * length * heads * batch);
  return 2 ** Math.max(6, Math.floor(Math.log2(Math.max(1, fitting))));
}

/**
 * The graph with attention computed for some queries at a time, so that the scores of all queries [head, destination,
 * source] never exist at once. Rows of a softmax know nothing of each other: the numbers are the same. Layers whose
 * whole pattern is wanted, or edited, stay as they are.
 * @param sizes what the named axes of the patterns are; the graph then serves those lengths only
 */
export function chunkQueries(graph: Graph, sizes: ReadonlyMap<string, number>, rows: number): Graph {
  const selector = new Selector(graph);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const pattern = node.inputs[0] ?? '';
    const mixes = node.operator === 'MatMul' && pattern.endsWith('.hook_pattern');
    const length = mixes ? (sizes.get(String(graph.values.get(pattern)!.shape[2])) ?? 1) : 1;
    if (length <= rows || graph.outputs.includes(pattern)) {
      nodes.push(node);
      continue;
    }
    const [mixed] = node.outputs as [string];
    const starts = Array.from({ length: Math.ceil(length / rows) }, (_, i) => i * rows);
    const parts = starts.map((start) =>
      selector.select(mixed, 2, slice(start, Math.min(length, start + rows))),
    );
    nodes.push(...selector.takeNodes());
    nodes.push({ operator: 'Concat', inputs: parts, outputs: [mixed], attributes: { axis: 2 } });
  }
  return restrictTo({ ...graph, nodes, values: selector.values }, graph.outputs);
}

function slice(start: number, end: number): Choice {
  return {
    name: `${start}-${end}`,
    size: end - start,
    take: (input, axis) => ({ operator: 'Slice', inputs: [input], attributes: { axis, start, end } }),
  };
}
