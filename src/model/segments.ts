import { type Graph, restrictTo } from '../graph/index.js';

/** A part of a graph that runs by itself. */
export interface Segment {
  /** What it computes, for progress: `blocks.3`, or what stands before and behind the blocks. */
  readonly name: string;
  /** Its inputs are the whole graph's and what earlier segments carry to it; its outputs what is wanted and carried. */
  readonly graph: Graph;
  /** Values of earlier segments that it needs. */
  readonly carried: readonly string[];
}

const blockName = /^(?:.*\.)?blocks\.\d+(?=\.)/;

/**
 * Cuts a graph at the borders of its blocks: what stands before the first block, each block, and what stands behind
 * the last. Run one after the other they give what the whole gives, from the same operators in the same order, but
 * only one block's weights need to be in memory at a time.
 *
 * What is computed from inputs alone (masks, biases) and casts of weights are computed again where they are needed, not
 * carried: they cost little, and a bias of a long text is larger than the residual stream.
 */
export function cutIntoSegments(graph: Graph): Segment[] {
  const names = segmentNames(graph);
  const light = lightValues(graph);
  const segmentOf = new Map<string, number>();
  const order = [...new Set(names)];
  const places = new Map(order.map((name, segment) => [name, segment]));
  for (const [i, node] of graph.nodes.entries()) {
    for (const output of node.outputs) segmentOf.set(output, places.get(names[i]!)!);
  }
  const carriedTo = order.map(() => new Set<string>());
  for (const [i, { inputs }] of graph.nodes.entries()) {
    const segment = places.get(names[i]!)!;
    for (const input of inputs) {
      if ((segmentOf.get(input) ?? segment) < segment && !light.has(input)) carriedTo[segment]!.add(input);
    }
  }
  const carried = new Set(carriedTo.flatMap((set) => [...set]));
  return order.flatMap((name, segment) => {
    const here = (value: string) => (segmentOf.get(value) ?? 0) === segment;
    const outputs = [...new Set([...graph.outputs, ...carried])].filter(here);
    if (outputs.length === 0) return [];
    const nodes = graph.nodes.filter((node, i) => names[i] === name || light.has(node.outputs[0]!));
    const part = restrictTo({ ...graph, nodes }, outputs);
    // A batch of shared rows is 1 until the first edit: what is carried may have a batch of its own size.
    const given = [...carriedTo[segment]!].map((value) => {
      const { dtype, shape } = graph.values.get(value)!;
      return { name: value, dtype, shape: shape.map((size) => (size === 'batch' ? `${value}.batch` : size)) };
    });
    const inputs = [...part.inputs, ...given];
    return [{ name, graph: { ...part, inputs }, carried: [...carriedTo[segment]!] }];
  });
}

/** The segment of each node: a block begins at the first value that bears its name. */
function segmentNames(graph: Graph): string[] {
  const blocks = graph.nodes.map(({ outputs }) => blockName.exec(outputs[0]!)?.[0]);
  const last = blocks.findLastIndex((block) => block !== undefined);
  const seen = new Set<string>();
  let current = 'embedding';
  return blocks.map((block, i) => {
    if (i > last) return last < 0 ? current : 'head';
    if (block !== undefined && !seen.has(block)) {
      seen.add(block);
      current = block;
    }
    return current;
  });
}

/** Values that depend on no weight, and casts of weights. */
function lightValues(graph: Graph): Set<string> {
  const light = new Set([...graph.inputs.map(({ name }) => name), ...graph.constants.keys()]);
  for (const { operator, inputs, outputs } of graph.nodes) {
    const cast = operator === 'Cast' && graph.weights.has(inputs[0]!);
    if (cast || inputs.every((name) => light.has(name))) for (const output of outputs) light.add(output);
  }
  return light;
}
