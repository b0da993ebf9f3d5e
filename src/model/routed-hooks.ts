import {
  type Graph,
  type GraphBuilder,
  type Node,
  type OperatorAttributes,
  rewritten,
  type Value,
} from '../graph/index.js';
import { tensor } from '../tensor/index.js';
import { type BlockAnatomy, blocksOf, GraphIndex, type HeadProjection, withScales } from './block-anatomy.js';

const letters = ['q', 'k', 'v'] as const;
type Letter = (typeof letters)[number];

/** Which reader of the residual stream has a norm of its own, as part of the names of the copies in it. */
const copies = ['q_input', 'k_input', 'v_input', 'mlp_in'] as const;

/** Names of the copies of a value, of a norm, that stand behind hook points on the way; see {@link routedThrough}. */
export function copiesOf(graph: Graph, name: string): string[] {
  return copies.map((copy) => `${name}.of.${copy}`).filter((copy) => graph.values.has(copy));
}

/**
 * The graph with optional hook points on the way that the computation takes, so that they can be edited, given and
 * differentiated: attention is the sum of its heads' results, and a query, key, value or MLP is computed from its own
 * copy of the residual stream, with its own norm. The numbers are the same but for the order of their sums.
 * @param graph one with {@link withOptionalHooks}
 */
export function routedThrough(graph: Graph, names: readonly string[]): Graph {
  const index = new GraphIndex(graph);
  const wanted = new Set(names);
  const instead = new Map<string, (builder: GraphBuilder) => Value>();
  const blocks = blocksOf(index);
  for (const block of blocks) {
    const { name, inputs, output } = block;
    const result = `${name}.attn.hook_result`;
    if (output && wanted.has(result)) {
      instead.set(output.product.outputs[0]!, (builder) =>
        builder.apply('ReduceSum', [builder.value(result)], { axes: [2], keepdims: 0 }),
      );
    }
    if (!inputs) continue;
    const own = (letter: Letter) =>
      wanted.has(`${name}.hook_${letter}_input`) || wanted.has(`${name}.hook_attn_in`);
    for (const product of new Set(letters.map((letter) => inputs[letter].product))) {
      const parts = letters.filter((letter) => inputs[letter].product === product);
      if (!parts.some(own)) continue;
      const split = { block: name, inputs, parts, own, hooks: new Set(graph.hooks) };
      instead.set(product.outputs[0]!, (builder) => splitProduct(builder, split));
    }
  }
  const routed = rewritten(graph, { instead });
  return blocks.reduce(
    (whole, block) => (wanted.has(`${block.name}.hook_mlp_in`) ? withOwnMlpInput(whole, block) : whole),
    routed,
  );
}

/** A product that gives queries, keys or values, some of whose heads read inputs of their own. */
interface SplitProduct {
  readonly block: string;
  readonly inputs: NonNullable<BlockAnatomy['inputs']>;
  /** What the product gives. */
  readonly parts: readonly Letter[];
  /** Which of them has inputs of its own. */
  readonly own: (letter: Letter) => boolean;
  readonly hooks: ReadonlySet<string>;
}

function splitProduct(builder: GraphBuilder, { block, inputs, parts, own, hooks }: SplitProduct): Value {
  const { operator, inputs: factors, attributes } = inputs[parts[0]!].product;
  const whole = () =>
    builder.apply(
      operator,
      factors.map((name) => builder.value(name)),
      attributes as OperatorAttributes['FusedMatMul'],
    );
  // Where a part keeps the common input its columns are cut out of the common product.
  const common = parts.every(own) ? undefined : whole();
  const pieces = parts.map((letter) => {
    const { columns } = inputs[letter];
    return own(letter)
      ? headProducts(builder, block, `${letter}_input`, inputs[letter], hooks)
      : taken(builder, common!, columns, 2);
  });
  const order = parts.flatMap((letter) => inputs[letter].columns);
  const joined = pieces.length === 1 ? pieces[0]! : builder.apply('Concat', pieces, { axis: -1 });
  const places = order.map(() => 0);
  for (const [place, column] of order.entries()) places[column] = place;
  return taken(builder, joined, places, 2);
}

/** Each head's product of its own input: [batch, position, head, width] → [batch, position, head · headWidth]. */
function headProducts(
  builder: GraphBuilder,
  block: string,
  copy: (typeof copies)[number],
  { product, columns, heads, headWidth, before }: HeadProjection,
  hooks: ReadonlySet<string>,
): Value {
  const replaced = new Map([[`${block}.hook_resid_pre`, builder.value(`${block}.hook_${copy}`)]]);
  const read = (name: string) => replaced.get(name) ?? builder.value(name);
  for (const { operator, inputs, outputs, attributes } of before) {
    const values = builder.applyAll(operator, inputs.map(read), attributes as OperatorAttributes['Cast']);
    for (const [i, output] of outputs.entries()) {
      const named = hooks.has(output) ? builder.named(`${output}.of.${copy}`, values[i]!) : values[i]!;
      replaced.set(output, named);
    }
  }
  const stored = builder.value(product.inputs[1]!);
  const inOut = product.operator === 'MatMul';
  const chosen = taken(builder, stored, columns, inOut ? 1 : 0);
  const outIn = inOut ? builder.apply('Transpose', [chosen], { perm: [1, 0] }) : chosen;
  const weight = builder.apply('Reshape', [outIn], { shape: [heads, headWidth, outIn.shape[1]!] });
  const byHead = builder.apply('Transpose', [read(product.inputs[0]!)], { perm: [0, 2, 1, 3] });
  const products = builder.apply('FusedMatMul', [byHead, weight], { transB: 1 }); // [batch, head, position, headWidth]
  const together = builder.apply('Transpose', [products], { perm: [0, 2, 1, 3] });
  const [batch, position] = together.shape;
  return builder.apply('Reshape', [together], { shape: [batch!, position!, heads * headWidth] });
}

/** Some entries along an axis: all of them as they are, neighbours by a cut. */
function taken(builder: GraphBuilder, x: Value, places: readonly number[], axis: number): Value {
  const start = places[0]!;
  if (places.some((place, i) => place !== start + i)) {
    const indices = builder.constant(tensor('I64', [places.length], BigInt64Array.from(places, BigInt)));
    return builder.apply('Gather', [x, indices], { axis });
  }
  return places.length === x.shape[axis]
    ? x
    : builder.apply('Slice', [x], { axis, start, end: start + places.length });
}

/**
 * The MLP of a block reads its own copy of the residual stream. What it shares with others, a norm in parallel blocks and
 * in those whose norm stands behind the sum, is computed a second time for it.
 */
function withOwnMlpInput(graph: Graph, { name, mlpFrom }: BlockAnatomy): Graph {
  const index = new GraphIndex(graph);
  const end = `${name}.hook_mlp_out`;
  const own = index.between(mlpFrom!, end);
  const used = index.between(`${name}.hook_resid_pre`, `${name}.hook_resid_post`);
  const shared = new Set<Node>();
  for (const node of graph.nodes.toReversed()) {
    if (!own.has(node) || node.outputs[0] === end) continue;
    const readers = node.outputs.flatMap((output) => index.readers.get(output) ?? []);
    if (readers.some((reader) => shared.has(reader) || (used.has(reader) && !own.has(reader))))
      shared.add(node);
  }
  for (const node of withScales(index, shared)) own.add(node);
  const values = new Map(graph.values);
  const renamed = new Map([[mlpFrom!, `${name}.hook_mlp_in`]]);
  const read = (value: string) => renamed.get(value) ?? value;
  const nodes = graph.nodes.flatMap((node): Node[] => {
    if (!own.has(node)) return [node];
    const changed = { ...node, inputs: node.inputs.map(read) };
    if (!shared.has(node)) return [changed];
    const outputs = node.outputs.map((output) => `${output}.of.mlp_in`);
    for (const [i, output] of node.outputs.entries()) {
      renamed.set(output, outputs[i]!);
      values.set(outputs[i]!, { ...graph.values.get(output)!, name: outputs[i]! });
    }
    return [node, { ...changed, outputs }];
  });
  return { ...graph, nodes, values };
}
