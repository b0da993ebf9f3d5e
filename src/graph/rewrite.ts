import { GraphBuilder } from './builder.js';
import type { Graph, Node } from './graph.js';
import type { Value } from './value.js';

/** What is written into a graph, by the name of the value at which it stands. */
export interface Rewriting {
  /** Nodes that follow the one that assigns the value. */
  readonly behind?: ReadonlyMap<string, (graph: GraphBuilder) => void>;
  /** Nodes that compute the value in place of the one that assigns it, which falls away. */
  readonly instead?: ReadonlyMap<string, (graph: GraphBuilder) => Value>;
}

/** The graph with nodes written into it, each where it belongs: a part of a block stands inside that block. */
export function rewritten(graph: Graph, { behind, instead }: Rewriting): Graph {
  const builder = GraphBuilder.extend(graph);
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const found: Node[] = [];
    const output = node.outputs[0]!;
    const replacement = instead?.get(output);
    if (replacement) {
      let value: Value | undefined;
      found.push(
        ...builder.written(() => {
          value = replacement(builder);
        }),
      );
      found.push({ operator: 'Identity', inputs: [value!.name], outputs: [output], attributes: {} });
    } else {
      found.push(node);
    }
    const following = behind?.get(output);
    if (following) found.push(...builder.written(() => following(builder)));
    return found;
  });
  const whole = builder.build();
  const named = new Set(whole.hooks);
  const hooks = nodes.flatMap(({ outputs }) => outputs.filter((name) => named.has(name)));
  return { ...whole, nodes, hooks, outputs: graph.outputs };
}
