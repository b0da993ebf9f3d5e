import type { Tensor } from '../tensor/index.js';
import type { Operator, OperatorAttributes } from './operators.js';
import type { Value } from './value.js';

/** One application of an operator. Names refer to values; outputs are assigned here and nowhere else. */
export interface Node<O extends Operator = Operator> {
  readonly operator: O;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OperatorAttributes[O];
}

/** A weight that stays where it is: bytes [offset, offset + length) of a file. */
export interface ExternalData {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** A value that stands in a file. */
export type WeightValue = Value & { readonly data: ExternalData };

/** A computation as plain data. Nodes stand in an order in which every value is assigned before it is used. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly weights: ReadonlyMap<string, WeightValue>;
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
  /** Every value by its name, hook points among them. */
  readonly values: ReadonlyMap<string, Value>;
  /** Names of the hook points, in the order in which the computation passes them. */
  readonly hooks: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * The part of a graph that the named outputs depend on, and nothing else: what lies behind the last layer that a
 * question needs is never computed, and inputs that are not needed are not asked for.
 * @throws RangeError when an output is not a value of the graph.
 */
export function restrictTo(graph: Graph, outputs: readonly string[]): Graph {
  for (const name of outputs) {
    if (!graph.values.has(name)) throw new RangeError(`the graph has no value named ${name}`);
  }
  const needed = new Set(outputs);
  const nodes = graph.nodes
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((name) => needed.has(name))) return false;
      for (const name of node.inputs) needed.add(name);
      return true;
    })
    .toReversed();
  return {
    ...graph,
    inputs: graph.inputs.filter((input) => needed.has(input.name)),
    weights: new Map([...graph.weights].filter(([name]) => needed.has(name))),
    constants: new Map([...graph.constants].filter(([name]) => needed.has(name))),
    nodes,
    outputs,
  };
}

/** Name of the input that gives the value of a hook point; see {@link cutAt}. */
export function givenInput(hook: string): string {
  return `${hook}.given`;
}

/**
 * The graph with the values of some hook points given instead of computed: each reads an input of its own, {@link
 * givenInput}, and what only they needed falls away when the graph is restricted to its outputs. A hook point keeps
 * its name, so that it can still be captured and edited.
 * @throws RangeError when a name is not a hook point of the graph.
 */
export function cutAt(graph: Graph, hooks: readonly string[]): Graph {
  const cut = new Set(hooks);
  const known = new Set(graph.hooks);
  const given = [...cut].map((hook) => {
    if (!known.has(hook)) throw new RangeError(`the graph has no hook point named ${hook}`);
    return { ...graph.values.get(hook)!, name: givenInput(hook) };
  });
  return {
    ...graph,
    inputs: [...graph.inputs, ...given],
    values: new Map([...graph.values, ...given.map((value) => [value.name, value] as const)]),
    nodes: graph.nodes.map((node) =>
      cut.has(node.outputs[0]!) ? { ...node, inputs: [givenInput(node.outputs[0]!)] } : node,
    ),
  };
}
