import type { Graph, Node } from './graph.js';
import type { Dimension, Value } from './value.js';

/** The two inputs by which a hook point's value x becomes x · keep + delta. */
export interface EditSite {
  readonly keep: string;
  readonly delta: string;
}

/** Names of the inputs of an edited hook point. */
export function editSite(hook: string): EditSite {
  return { keep: `${hook}.keep`, delta: `${hook}.delta` };
}

/**
 * The graph with the values of some hook points editable at each run: x becomes x · keep + delta, where keep and delta
 * are inputs of the same rank that broadcast to x. One compiled graph serves every edit of those hook points: zero is
 * keep 0, delta 0; replacing is keep 0; scaling is delta 0. A reader of the hook point sees the edited value.
 *
 * Where keep is 0 the old value leaves no trace, whatever it was: 0 · ∞ of a masked attention score would be NaN.
 * @throws RangeError when a name is not a hook point of the graph.
 */
export function withEditSites(graph: Graph, hooks: readonly string[]): Graph {
  const edited = new Set(hooks);
  const inputs = [...graph.inputs];
  const values = new Map(graph.values);
  const nodes: Node[] = [];
  const define = (name: string, dtype: Value['dtype'], shape: readonly Dimension[]): Value => {
    const value = { name, dtype, shape };
    values.set(name, value);
    return value;
  };
  for (const node of graph.nodes) {
    const hook = node.outputs[0]!;
    if (!graph.hooks.includes(hook) || !edited.delete(hook)) {
      nodes.push(node);
      continue;
    }
    const { dtype, shape } = graph.values.get(hook)!;
    const { keep, delta } = editSite(hook);
    // Axes of the inputs have names of their own: each may be 1 or the size of the value's axis.
    const free = (input: string) => shape.map((_, axis) => `${input}.${axis}`);
    inputs.push(define(keep, 'F32', free(keep)), define(delta, 'F32', free(delta)));
    const part = (name: string, type: Value['dtype'], axes: readonly Dimension[]) =>
      define(`${hook}.${name}`, type, axes).name;
    const scaled = part('scaled', dtype, shape);
    const sum = part('sum', dtype, shape);
    const kept = part('kept', 'BOOL', free(keep));
    const chosen = part('edited', dtype, shape);
    nodes.push(
      { operator: 'Mul', inputs: [node.inputs[0]!, keep], outputs: [scaled], attributes: {} },
      { operator: 'Add', inputs: [scaled, delta], outputs: [sum], attributes: {} },
      { operator: 'Cast', inputs: [keep], outputs: [kept], attributes: { to: 'BOOL' } },
      { operator: 'Where', inputs: [kept, sum, delta], outputs: [chosen], attributes: {} },
      { ...node, inputs: [chosen] },
    );
  }
  const [missing] = edited;
  if (missing !== undefined) throw new RangeError(`the graph has no hook point named ${missing}`);
  return { ...graph, inputs, values, nodes };
}
