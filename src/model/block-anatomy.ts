import type { Dimension, Graph, Node, Operator } from '../graph/index.js';

/** A product of activations with a weight, and which of its columns belong to which heads. */
export interface HeadProjection {
  readonly product: Node;
  /** Columns of the product, head after head. */
  readonly columns: readonly number[];
  readonly heads: number;
  readonly headWidth: number;
  /** The nodes that lead from what enters the block to the product, a norm or none, and that norm's scale. */
  readonly before: readonly Node[];
}

/** Where attention and MLP of one block read the residual stream and write to it, as found in its graph. */
export interface BlockAnatomy {
  /** `blocks.3`, or what stands before it in an encoder-decoder. */
  readonly name: string;
  /** How queries, keys and values come from what enters the block; undefined where they do not in a plain way. */
  readonly inputs: Readonly<Record<'q' | 'k' | 'v', HeadProjection>> | undefined;
  /** The product that makes the heads' results from their mixed values. */
  readonly output: { readonly product: Node; readonly heads: number; readonly headWidth: number } | undefined;
  /** The hook point of the residual stream that the MLP reads. */
  readonly mlpFrom: string | undefined;
}

/** Operators that treat each vector of the last axis by itself, whatever stands before that axis. */
const rowwise: readonly Operator[] = [
  ...(['Add', 'Cast', 'Div', 'Identity', 'LayerNormalization', 'Mul', 'Reciprocal'] as const),
  ...(['ReduceMean', 'Sqrt', 'Sub'] as const),
];

/** Who assigns and who reads each value. */
export class GraphIndex {
  readonly graph: Graph;
  readonly producer = new Map<string, Node>();
  readonly readers = new Map<string, Node[]>();

  constructor(graph: Graph) {
    this.graph = graph;
    for (const node of graph.nodes) {
      for (const name of node.outputs) this.producer.set(name, node);
      for (const name of node.inputs) {
        const known = this.readers.get(name);
        if (known) known.push(node);
        else this.readers.set(name, [node]);
      }
    }
  }

  shape(name: string): readonly Dimension[] {
    return this.graph.values.get(name)!.shape;
  }

  /** The nodes on all ways from one value to another, in order; none where there is no way. */
  between(from: string, to: string): Set<Node> {
    const leads = new Map<string, boolean>([[from, true]]);
    const found = new Set<Node>();
    const visit = (name: string): boolean => {
      const known = leads.get(name);
      if (known !== undefined) return known;
      const node = this.producer.get(name);
      // Every input is looked at, for each may be on a way.
      const leading = node ? node.inputs.map(visit).includes(true) : false;
      if (leading) found.add(node!);
      leads.set(name, leading);
      return leading;
    };
    visit(to);
    return found;
  }
}

/** The blocks of a model's graph. What an architecture does in a way of its own is left undefined. */
export function blocksOf(index: GraphIndex): BlockAnatomy[] {
  return index.graph.hooks.flatMap((hook) => {
    const name = /^(.*blocks\.\d+)\.hook_resid_pre$/.exec(hook)?.[1];
    if (name === undefined) return [];
    const mid = `${name}.hook_resid_mid`;
    const output = `${name}.hook_mlp_out`;
    const mlpFrom = [`${mid}_cross`, mid, hook].find((from) => index.between(from, output).size > 0);
    return [{ name, inputs: inputsOf(index, name), output: outputOf(index, `${name}.attn.hook_z`), mlpFrom }];
  });
}

function inputsOf(index: GraphIndex, block: string): BlockAnatomy['inputs'] {
  const [q, k, v] = ['q', 'k', 'v'].map((part) =>
    projection(index, `${block}.hook_resid_pre`, `${block}.attn.hook_${part}`),
  );
  return q && k && v && { q, k, v };
}

function projection(index: GraphIndex, from: string, hook: string): HeadProjection | undefined {
  const way: { readonly node: Node; readonly output: number }[] = [];
  let name = hook;
  let product = index.producer.get(name);
  while (product && !isProjection(index, product)) {
    way.push({ node: product, output: product.outputs.indexOf(name) });
    name = product.inputs[0] ?? '';
    product = name === from ? undefined : index.producer.get(name);
  }
  if (!product) return undefined;
  const columns = columnsAlong(index, product, way.reverse());
  const [, , heads, headWidth] = index.shape(hook);
  const before = normBefore(index, from, product.inputs[0]!);
  if (!columns || !before || columns.length !== Number(heads) * Number(headWidth)) return undefined;
  return { product, columns, heads: Number(heads), headWidth: Number(headWidth), before };
}

function isProjection(index: GraphIndex, { operator, inputs }: Node): boolean {
  const product = operator === 'MatMul' || operator === 'FusedMatMul';
  return product && index.shape(inputs[1]!).every((size) => typeof size === 'number');
}

/** The columns of a product that arrive at the end of a way which cuts and regroups them. */
function columnsAlong(
  index: GraphIndex,
  product: Node,
  way: readonly { readonly node: Node; readonly output: number }[],
): number[] | undefined {
  let columns = Array.from({ length: Number(index.shape(product.outputs[0]!).at(-1)) }, (_, i) => i);
  for (const { node, output } of way) {
    const shape = index.shape(node.outputs[output]!);
    if (node.operator === 'Split') {
      const { axis, sizes } = node.attributes as { axis: number; sizes: readonly number[] };
      if (axis !== -1 && axis !== shape.length - 1) return undefined;
      const whole = Number(index.shape(node.inputs[0]!).at(-1));
      const start = sizes.slice(0, output).reduce((sum, size) => sum + size, 0);
      columns = columns.filter((_, i) => i % whole >= start && i % whole < start + sizes[output]!);
    }
    const width = shape.slice(2).reduce<number>((size, axis) => size * Number(axis), 1);
    const positions = shape[1] === 'position' || shape[1] === 'source';
    if (node.operator === 'Transpose' || !positions || width !== columns.length) return undefined;
  }
  return columns;
}

/** The nodes from the residual stream to a product; undefined where more than a norm stands between. */
function normBefore(index: GraphIndex, from: string, to: string): Node[] | undefined {
  if (from === to) return [];
  const way = index.between(from, to);
  if (way.size === 0 || [...way].some(({ operator }) => !rowwise.includes(operator))) return undefined;
  withScales(index, way);
  return index.graph.nodes.filter((node) => way.has(node));
}

/** Adds to some nodes those beside the LayerNorms among them that show their scales. */
export function withScales(index: GraphIndex, nodes: Set<Node>): Set<Node> {
  for (const node of [...nodes]) {
    for (const reader of node.outputs.flatMap((name) => index.readers.get(name) ?? [])) {
      if (reader.operator !== 'Reciprocal') continue;
      nodes.add(reader);
      for (const scale of index.readers.get(reader.outputs[0]!) ?? [])
        if (scale.outputs[0]!.endsWith('.hook_scale')) nodes.add(scale);
    }
  }
  return nodes;
}

function outputOf(index: GraphIndex, z: string): BlockAnatomy['output'] {
  const merged = index.readers.get(z)?.find(({ operator }) => operator === 'Reshape');
  const product = index.readers.get(merged?.outputs[0] ?? '')?.find((node) => isProjection(index, node));
  if (!product || product.inputs[0] !== merged!.outputs[0]) return undefined;
  const [, , heads, headWidth] = index.shape(z);
  return { product, heads: Number(heads), headWidth: Number(headWidth) };
}
