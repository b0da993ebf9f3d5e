import type { Graph, Node } from './graph.js';
import type { Operator } from './operators.js';
import { type Dimension, resolveAxis, type Value } from './value.js';

/** A way to take some entries along an axis: the operator that does it, and how many there are. */
export interface Choice {
  /** Part of the names of the values that are made; equal names mean equal choices. */
  readonly name: string;
  readonly size: Dimension;
  /** The node that takes the entries of `input` along `axis`. */
  readonly take: (input: string, axis: number) => Omit<Node, 'outputs'>;
}

/** Operators that work on each entry of an axis by itself, whatever the axis. */
const elementwise: readonly Operator[] = [
  ...([
    'Add',
    'And',
    'Cast',
    'Div',
    'Equal',
    'Exp',
    'GreaterOrEqual',
    'Identity',
    'Max',
    'Mul',
    'Or',
  ] as const),
  ...(['Sub', 'Where'] as const),
];

/** Operators that remove or add axes, or reduce them, and leave the entries of axes before those apart. */
const behind: readonly Operator[] = ['ReduceMax', 'ReduceSum', 'Squeeze', 'Unsqueeze'];

/**
 * Writes nodes that compute only some entries of a value along one of its axes, from a graph that computes them all. The
 * choice is moved in front of elementwise operators, softmaxes and reductions over other axes and matrix products, as far as it can
 * be: some rows of an attention pattern come from some queries, and the whole pattern need not exist.
 */
export class Selector {
  readonly #values: Map<string, Value>;
  readonly #producers = new Map<string, Node>();
  #nodes: Node[] = [];

  constructor(graph: Graph) {
    this.#values = new Map(graph.values);
    for (const node of graph.nodes) for (const output of node.outputs) this.#producers.set(output, node);
  }

  /** Every value, those that were written among them. */
  get values(): ReadonlyMap<string, Value> {
    return this.#values;
  }

  /** The nodes written since the last call: they may stand anywhere behind the value that was asked for. */
  takeNodes(): Node[] {
    const nodes = this.#nodes;
    this.#nodes = [];
    return nodes;
  }

  /** The name of a value that holds the chosen entries of `name` along `axis`. */
  select(name: string, axis: number, choice: Choice): string {
    const selected = `${name}@${choice.name}.${axis}`;
    if (this.#values.has(selected)) return selected;
    const { dtype, shape } = this.#values.get(name)!;
    const producer = this.#producers.get(name);
    const inputs = producer && this.#pushed(producer, axis, choice);
    const node = inputs
      ? { operator: producer.operator, attributes: producer.attributes, inputs }
      : choice.take(name, axis);
    this.write({ ...node, outputs: [selected] }, [
      { name: selected, dtype, shape: shape.map((size, i) => (i === axis ? choice.size : size)) },
    ]);
    return selected;
  }

  /** Makes a new input known. */
  define(value: Value): void {
    this.#values.set(value.name, value);
  }

  /** Appends a node and the types of its outputs. */
  write(node: Node, outputs: readonly Value[]): void {
    this.#nodes.push(node);
    for (const value of outputs) {
      this.#values.set(value.name, value);
      this.#producers.set(value.name, node);
    }
  }

  /** The inputs from which a node computes the chosen entries alone; undefined where it needs the others too. */
  #pushed({ operator, inputs, outputs, attributes }: Node, axis: number, choice: Choice) {
    const { shape } = this.#values.get(outputs[0]!)!;
    const rank = shape.length;
    if (behind.includes(operator)) {
      const whole = Math.max(rank, this.#values.get(inputs[0]!)!.shape.length);
      const { axes } = attributes as { axes: readonly number[] };
      const before = axes.every((each) => resolveAxis(each, whole) > axis);
      return before ? [this.select(inputs[0]!, axis, choice)] : undefined;
    }
    const { axis: along, perm } = attributes as { axis?: number; perm?: readonly number[] };
    const element = operator === 'GatherElements' && resolveAxis(along!, rank) === axis;
    if (element) return [inputs[0]!, this.select(inputs[1]!, axis, choice)];
    // Scores that were looked up by source; further back, moving the choice would only write the same work out again.
    if (operator === 'Transpose' && this.#producers.get(inputs[0]!)?.operator === 'GatherElements')
      return [this.select(inputs[0]!, perm![axis]!, choice)];
    const softmax =
      operator === 'Softmax' && resolveAxis((attributes as { axis: number }).axis, rank) !== axis;
    const product = operator === 'MatMul' || (operator === 'FusedMatMul' && !('transA' in attributes));
    if (!softmax && !product && !elementwise.includes(operator) && operator !== 'GatherElements')
      return undefined;
    const parts = inputs.map((name, i) => {
      // Rows of a product are the first factor's, its columns the second's.
      if (product && axis === rank - 2) return i === 0 ? 'select' : 'keep';
      if (product && axis === rank - 1) return undefined;
      const own = axis - rank + this.#values.get(name)!.shape.length;
      const size = own < 0 ? 1 : this.#values.get(name)!.shape[own];
      return size === 1 ? 'keep' : size === shape[axis] ? 'select' : undefined;
    });
    if (parts.includes(undefined) || !parts.includes('select')) return undefined;
    return inputs.map((name, i) =>
      parts[i] === 'select'
        ? this.select(name, axis - rank + this.#values.get(name)!.shape.length, choice)
        : name,
    );
  }
}
