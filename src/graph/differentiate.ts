import { GraphBuilder } from './builder.js';
import { filled, sumTo } from './derivatives/broadcasting.js';
import type { Rule, Step } from './derivatives/rule.js';
import { rules } from './derivatives/rules.js';
import { type Graph, type Node, restrictTo } from './graph.js';
import type { Value } from './value.js';

/** Name of the derivative with respect to a value. */
export function gradientOf(name: string): string {
  return `${name}.gradient`;
}

/**
 * The graph with reverse-mode derivatives: of the sum of the target's elements with respect to each source, in the
 * source's shape, under the name {@link gradientOf} gives. A target [batch] whose rows do not depend on each other
 * thereby gives every row its own gradient. Zero where the target does not depend on a source.
 *
 * @param frozen values that are taken as constants: nothing flows back through them into what they were computed
 * from. A frozen value may be a source itself.
 * @throws RangeError for a name that the graph does not have, a value that is not float32, or an operator on the way
 * that has no derivative.
 */
export function differentiate(
  graph: Graph,
  target: string,
  sources: readonly string[],
  frozen: readonly string[] = [],
): Graph {
  const builder = GraphBuilder.extend(graph);
  for (const name of [target, ...sources]) {
    const { dtype } = builder.value(name);
    if (dtype !== 'F32') throw new RangeError(`${name} is ${dtype}, and only float32 has a derivative`);
  }
  const constant = new Set(frozen);
  // What lies behind the target needs no adjoint.
  const { nodes } = restrictTo(graph, [target]);
  const moving = movingValues(nodes, builder, sources, constant);
  const adjoints = new Map<string, Value>();
  if (moving.has(target)) adjoints.set(target, filled(builder, builder.value(target), 1));

  for (const node of nodes.toReversed()) {
    const outputs = node.outputs.map((name) => (constant.has(name) ? undefined : adjoints.get(name)));
    if (outputs.every((adjoint) => adjoint === undefined)) continue;
    if (!node.inputs.some((name) => moving.has(name))) continue;
    const step: Step = {
      graph: builder,
      inputs: node.inputs.map((name) => builder.value(name)),
      outputs: node.outputs.map((name) => builder.value(name)),
      attributes: node.attributes,
      adjoint: outputs[0]!,
      adjoints: outputs,
    };
    const pullbacks = (rules[node.operator] as Rule)(step);
    for (const [i, name] of node.inputs.entries()) {
      if (!moving.has(name)) continue;
      const flow = sumTo(builder, pullbacks[i]!(), builder.value(name).shape);
      const before = adjoints.get(name);
      adjoints.set(name, before ? builder.apply('Add', [before, flow]) : flow);
    }
  }
  for (const source of sources) {
    builder.named(gradientOf(source), adjoints.get(source) ?? filled(builder, builder.value(source), 0));
  }
  return builder.build();
}

/** The sources and all float values that move with them. Weights and inputs never do, unless they are sources. */
function movingValues(
  nodes: readonly Node[],
  builder: GraphBuilder,
  sources: readonly string[],
  constant: ReadonlySet<string>,
): Set<string> {
  const moving = new Set(sources);
  for (const node of nodes) {
    if (!node.inputs.some((name) => moving.has(name))) continue;
    for (const name of node.outputs) {
      const isFloat = builder.value(name).dtype.includes('F');
      if (isFloat && !constant.has(name)) moving.add(name);
    }
  }
  return moving;
}
