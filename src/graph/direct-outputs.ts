import type { Graph, Node } from './graph.js';

/**
 * The graph without nodes that only give a value another name, so that what computes a value assigns the output itself:
 * the engine would copy it, of a long text all attention patterns. Numbers stay the same. Where one value has several
 * names that are outputs, the first one is assigned and the others are copies.
 */
export function withDirectOutputs(graph: Graph): Graph {
  const outputs = new Set(graph.outputs);
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  /** The value that a name stands for, and the name that a value gets. */
  const roots = new Map<string, string>();
  const direct = new Map<string, string>();
  const dropped = new Set<Node>();
  for (const node of graph.nodes) {
    if (node.operator !== 'Identity') continue;
    const [value, name] = [node.inputs[0]!, node.outputs[0]!];
    const root = roots.get(value) ?? value;
    const isOutput = outputs.has(name);
    if (isOutput && (outputs.has(root) || direct.has(root) || !computed.has(root))) continue;
    if (isOutput) direct.set(root, name);
    else roots.set(name, root);
    dropped.add(node);
  }
  const nameOf = (value: string) => {
    const root = roots.get(value) ?? value;
    return direct.get(root) ?? root;
  };
  const nodes = graph.nodes.flatMap((node): Node[] =>
    dropped.has(node)
      ? []
      : [{ ...node, inputs: node.inputs.map(nameOf), outputs: node.outputs.map(nameOf) }],
  );
  return { ...graph, nodes };
}
