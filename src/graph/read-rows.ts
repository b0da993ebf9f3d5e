import type { Graph, Node } from './graph.js';
import type { Operator, OperatorAttributes } from './operators.js';
import { resolveAxis, type Value } from './value.js';

/** Which rows of a graph are read at its end. */
export interface ReadRows {
  /** Name of the axis whose entries the rows are. */
  readonly axis: string;
  /** The input of the GatherND nodes that read rows; with the rewritten graph it counts among `rows`. */
  readonly reader: string;
  /** A new input, I64 [rows]: the entries that are read of any member of the batch. */
  readonly rows: string;
}

/** What is needed of a value: nothing else than the read rows, along an axis; or all of it. */
type Need = number | 'all';

/**
 * The graph with values computed for the rows alone that are read at its end, as far back as nothing else needs the other
 * rows: of a language model whose last position is read, the last block's queries, attention rows and MLP. Outputs stay
 * whole. Rows do not know of each other, so the results are the same, but for the order of some sums.
 */
export function withReadRows(graph: Graph, { axis: axisName, reader, rows }: ReadRows): Graph {
  const shapeOf = (name: string) => graph.values.get(name)!.shape;
  const reads = ({ operator, inputs }: Node) =>
    operator === 'GatherND' && inputs[1] === reader && shapeOf(inputs[0]!)[1] === axisName;
  const plans = planned(graph, reads, axisName);
  const values = new Map(graph.values);
  const nodes: Node[] = [];
  const index: Value = { name: rows, dtype: 'I64', shape: [rows] };
  values.set(rows, index);
  const narrow = new Set<string>();
  const narrowed = (name: string, axis: number): string => {
    if (narrow.has(name)) return name;
    const selected = `${name}.${rows}.${axis}`;
    if (!values.has(selected)) {
      const value = values.get(name)!;
      values.set(selected, { ...value, name: selected, shape: value.shape.with(axis, rows) });
      nodes.push({ operator: 'Gather', inputs: [name, rows], outputs: [selected], attributes: { axis } });
    }
    return selected;
  };
  for (const node of graph.nodes) {
    const plan = plans.get(node);
    if (!plan) {
      nodes.push(node);
      continue;
    }
    const inputs = node.inputs.map((name, i) => {
      const need = plan.inputs[i]!;
      return need === 'all' ? name : narrowed(name, need);
    });
    const { axis } = plan;
    if (axis === undefined) {
      nodes.push({ ...node, inputs });
      continue;
    }
    const { shape } = node.attributes as Partial<OperatorAttributes['Reshape']>;
    const attributes = shape ? { shape: shape.with(axis, rows) } : node.attributes;
    nodes.push({ ...node, inputs, attributes });
    for (const output of node.outputs) {
      const value = values.get(output)!;
      values.set(output, { ...value, shape: value.shape.with(axis, rows) });
      narrow.add(output);
    }
  }
  return { ...graph, inputs: [...graph.inputs, index], nodes, values };
}

/** A node that works on read rows: the axis of its outputs (undefined for a reader), and what it needs of its inputs. */
interface Plan {
  readonly axis: number | undefined;
  readonly inputs: readonly Need[];
}

function planned(graph: Graph, reads: (node: Node) => boolean, axisName: string): Map<Node, Plan> {
  const needs = new Map<string, Need>(graph.outputs.map((name) => [name, 'all']));
  const need = (name: string, what: Need) =>
    needs.set(name, (needs.get(name) ?? what) === what ? what : 'all');
  const plans = new Map<Node, Plan>();
  for (const node of graph.nodes.toReversed()) {
    let plan: Plan | undefined;
    if (reads(node)) plan = { axis: undefined, inputs: [1, 'all'] };
    else {
      const wanted = new Set(node.outputs.flatMap((name) => needs.get(name) ?? []));
      const [axis] = wanted;
      const inputs =
        wanted.size === 1 && typeof axis === 'number' ? inputNeeds(node, axis, graph, axisName) : undefined;
      if (inputs) plan = { axis: axis as number, inputs };
    }
    if (plan) plans.set(node, plan);
    for (const [i, name] of node.inputs.entries()) need(name, plan?.inputs[i] ?? 'all');
  }
  return plans;
}

/** Operators that work on each element by itself; an input may be broadcast. */
const elementwise: readonly Operator[] = [
  ...(['Add', 'And', 'Cast', 'Clip', 'Cos', 'Div', 'Equal', 'Erf', 'Exp', 'Gelu', 'GreaterOrEqual'] as const),
  ...([
    'HardSwish',
    'Identity',
    'LeakyRelu',
    'Log',
    'Max',
    'Mish',
    'Mul',
    'Neg',
    'Or',
    'Reciprocal',
  ] as const),
  ...(['Relu', 'Sigmoid', 'Sin', 'Softplus', 'Sqrt', 'Sub', 'Tanh', 'Where'] as const),
];

/** What a node needs of its inputs to give chosen entries along an axis; undefined where it needs the others too. */
function inputNeeds(
  { operator, inputs, outputs, attributes }: Node,
  axis: number,
  graph: Graph,
  axisName: string,
): Need[] | undefined {
  const shapes = inputs.map((name) => graph.values.get(name)!.shape);
  const outputShape = graph.values.get(outputs[0]!)!.shape;
  const rank = outputShape.length;
  const other = (along: number) => resolveAxis(along, rank) !== axis;
  if (elementwise.includes(operator)) {
    const needs = shapes.map((shape): Need | undefined => {
      const own = axis - (rank - shape.length);
      if (own < 0 || shape[own] === 1) return 'all';
      return shape[own] === axisName ? own : undefined;
    });
    return needs.every((need) => need !== undefined) ? needs : undefined;
  }
  const of = <O extends Operator>() => attributes as OperatorAttributes[O];
  switch (operator) {
    case 'LayerNormalization':
      return resolveAxis(of<'LayerNormalization'>().axis, rank) > axis ? [axis, 'all', 'all'] : undefined;
    case 'Softmax':
    case 'LogSoftmax':
    case 'Slice':
    case 'Split':
      return other(of<'Softmax'>().axis) ? [axis] : undefined;
    case 'Concat':
      return other(of<'Concat'>().axis) ? inputs.map(() => axis) : undefined;
    case 'ReduceMax':
    case 'ReduceMean':
    case 'ReduceSum': {
      const { axes, keepdims } = of<'ReduceSum'>();
      return keepdims === 1 && axes.every(other) ? [axis] : undefined;
    }
    case 'Transpose':
      return [of<'Transpose'>().perm[axis]!];
    case 'Reshape': {
      const before = shapes[0]!.slice(0, axis + 1);
      return before.every((size, i) => size === outputShape[i]) && before.length > axis ? [axis] : undefined;
    }
    case 'MatMul':
    case 'FusedMatMul': {
      if (of<'FusedMatMul'>().transA === 1 || axis === rank - 1) return undefined;
      const [a, b] = shapes as [Value['shape'], Value['shape']];
      const rowsOfFirst = a.length === rank && (axis === rank - 2 || b.length === 2);
      return rowsOfFirst ? [axis, 'all'] : undefined;
    }
    default:
      return undefined;
  }
}
