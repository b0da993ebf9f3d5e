import { type Tensor, tensor } from '../tensor/index.js';
import type { Graph, Node } from './graph.js';
import type { Operator, OperatorAttributes } from './operators.js';
import type { Dimension, Value } from './value.js';

/**
 * The graph with some scales of norms on the way that the computation takes. LayerNormalization is one operator, and a
 * hook point `hook_scale` beside it only shows its √(variance + ε). Where that value is to be given, edited, frozen or
 * differentiated, the norm is written out, (x − mean) / hook_scale · gain + bias. Hook points that are no scale of a
 * norm, or already lie on the way, are left alone.
 */
export function withScalesOnPath(graph: Graph, hooks: readonly string[]): Graph {
  const wanted = new Set(hooks);
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  /** Norm → its scale's hook point and the node that computes the scale. */
  const norms = new Map<Node, { readonly hook: Node; readonly reciprocal: Node }>();
  for (const hook of graph.nodes) {
    if (!wanted.has(hook.outputs[0]!) || hook.operator !== 'Identity') continue;
    const reciprocal = producer.get(hook.inputs[0]!);
    const norm = reciprocal?.operator === 'Reciprocal' ? producer.get(reciprocal.inputs[0]!) : undefined;
    if (norm?.operator !== 'LayerNormalization' || norm.outputs[2] !== reciprocal!.inputs[0]) continue;
    norms.set(norm, { hook, reciprocal: reciprocal! });
  }
  if (norms.size === 0) return graph;

  const moved = new Set([...norms.values()].flatMap(({ hook, reciprocal }) => [hook, reciprocal]));
  const values = new Map(graph.values);
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.flatMap((node) => {
    if (moved.has(node)) return [];
    const scale = norms.get(node);
    return scale ? writtenOut(node as Node<'LayerNormalization'>, scale, values, constants) : [node];
  });
  return { ...graph, nodes, values, constants };
}

/** The nodes of one norm; what other nodes read keeps its name. */
function writtenOut(
  norm: Node<'LayerNormalization'>,
  { hook, reciprocal }: { readonly hook: Node; readonly reciprocal: Node },
  values: Map<string, Value>,
  constants: Map<string, Tensor>,
): Node[] {
  const [x, gain, bias] = norm.inputs as [string, string, string];
  const [y, mean, inverse] = norm.outputs as [string, string, string];
  const scale = hook.outputs[0]!;
  const { shape } = values.get(x)!;
  const first = shape.length - values.get(gain)!.shape.length;
  const axes = [...shape.keys()].slice(first);
  const statistic = values.get(mean)!.shape;
  const nodes: Node[] = [];
  const define = (part: string, size: readonly Dimension[]) => {
    const name = `${scale}.${part}`;
    values.set(name, { name, dtype: 'F32', shape: size });
    return name;
  };
  const apply = <O extends Operator>(
    operator: O,
    inputs: string[],
    output: string,
    attributes: OperatorAttributes[O],
  ) => {
    nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  };
  const epsilon = define('epsilon', []);
  constants.set(epsilon, tensor('F32', [], Float32Array.of(norm.attributes.epsilon)));

  apply('ReduceMean', [x], mean, { axes, keepdims: 1 });
  const centred = apply('Sub', [x, mean], define('centred', shape), {});
  const square = apply('Mul', [centred, centred], define('square', shape), {});
  const variance = apply('ReduceMean', [square], define('variance', statistic), { axes, keepdims: 1 });
  const shifted = apply('Add', [variance, epsilon], define('shifted', statistic), {});
  apply('Sqrt', [shifted], reciprocal.outputs[0]!, {});
  apply('Reciprocal', [reciprocal.outputs[0]!], inverse, {});
  nodes.push(hook);
  const normalized = apply('Div', [centred, scale], define('normalized', shape), {});
  const gained = apply('Mul', [normalized, gain], define('gained', shape), {});
  apply('Add', [gained, bias], y, {});
  return nodes;
}
