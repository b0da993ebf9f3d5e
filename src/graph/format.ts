import type { Graph, Node } from './graph.js';
import { formatShape, type Value } from './value.js';

/**
 * A graph as text, a line for each input, weight, constant and node, in the order of the computation:
 * `blocks.0.attn.hook_pattern: F32[batch, 4, position, position] = Softmax(axis=-1)(Add.31)`.
 * Two graphs with the same text compute the same from the same weights.
 */
export function formatGraph(graph: Graph): string {
  const typed = (name: string) => {
    const { dtype, shape } = graph.values.get(name) as Value;
    return `${name}: ${dtype}${formatShape(shape)}`;
  };
  const lines = [
    ...graph.inputs.map(({ name }) => `input ${typed(name)}`),
    ...[...graph.weights.keys()].map((name) => `weight ${typed(name)}`),
    ...[...graph.constants].map(([name, { data }]) => `constant ${typed(name)} = ${data.join(', ')}`),
    ...graph.nodes.map((node) => `${node.outputs.map(typed).join(', ')} = ${formatCall(node)}`),
    `output ${graph.outputs.join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function formatCall({ operator, attributes, inputs }: Node): string {
  const given = Object.entries(attributes).map(
    ([name, value]) => `${name}=${Array.isArray(value) ? formatShape(value) : value}`,
  );
  return `${operator}${given.length > 0 ? `(${given.join(', ')})` : ''}(${inputs.join(', ')})`;
}
