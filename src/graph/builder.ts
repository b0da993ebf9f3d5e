import { type DataType, type Tensor, tensor } from '../tensor/index.js';
import type { ExternalData, Graph, Node } from './graph.js';
import { inferTypes, type Operator, type OperatorAttributes } from './operators.js';
import type { Dimension, Value, ValueType } from './value.js';

type Attributes<O extends Operator> =
  Record<never, never> extends OperatorAttributes[O]
    ? [attributes?: OperatorAttributes[O]]
    : [attributes: OperatorAttributes[O]];

/** Writes a {@link Graph} in the order of the computation, inferring the type of each value as it goes. */
export class GraphBuilder {
  readonly #inputs: Value[] = [];
  readonly #weights = new Map<string, Value & { readonly data: ExternalData }>();
  readonly #constants = new Map<string, Tensor>();
  readonly #nodes: Node[] = [];
  readonly #values = new Map<string, Value>();
  readonly #hooks: string[] = [];
  /** What is added to the count of nodes and of constants to name the next one. */
  #nodeNumber = 0;
  #constantNumber = 0;

  /** A builder that goes on where a graph ends. The graph itself stays as it is. */
  static extend(graph: Graph): GraphBuilder {
    const builder = new GraphBuilder();
    builder.#inputs.push(...graph.inputs);
    builder.#nodes.push(...graph.nodes);
    builder.#hooks.push(...graph.hooks);
    for (const [name, weight] of graph.weights) builder.#weights.set(name, weight);
    for (const [name, constant] of graph.constants) builder.#constants.set(name, constant);
    for (const [name, value] of graph.values) builder.#values.set(name, value);
    // A graph that was cut or restricted has fewer nodes than names: no number so far is above the count of values.
    builder.#nodeNumber = graph.values.size - graph.nodes.length;
    builder.#constantNumber = graph.values.size - graph.constants.size;
    return builder;
  }

  /** A value of the graph so far, by its name. @throws RangeError where there is none. */
  value(name: string): Value {
    const found = this.#values.get(name);
    if (!found) throw new RangeError(`the graph has no value named ${name}`);
    return found;
  }

  /** A value that is fed at each run. */
  input(name: string, dtype: DataType, shape: readonly Dimension[]): Value {
    const value = this.#define({ name, dtype, shape });
    this.#inputs.push(value);
    return value;
  }

  /** A weight that stays in its file. Asking twice for the same name gives the same value (tied weights). */
  weight(name: string, dtype: DataType, shape: readonly number[], data: ExternalData): Value {
    const known = this.#weights.get(name);
    if (known) return known;
    const value = { ...this.#define({ name, dtype, shape }), data };
    this.#weights.set(name, value);
    return value;
  }

  /** A small tensor that is stored inside the graph. */
  constant(value: Tensor): Value {
    const name = `constant.${this.#constantNumber + this.#constants.size}`;
    this.#constants.set(name, value);
    return this.#define({ name, dtype: value.dtype, shape: value.shape });
  }

  /** A float32 scalar that is stored inside the graph. */
  scalar(value: number): Value {
    return this.constant(tensor('F32', [], Float32Array.of(value)));
  }

  /** Applies an operator and gives all of its outputs. */
  applyAll<O extends Operator>(
    operator: O,
    inputs: readonly Value[],
    ...[attributes]: Attributes<O>
  ): Value[] {
    const given = (attributes ?? {}) as OperatorAttributes[O];
    const types = inferTypes[operator](inputs, given);
    const name = `${operator}.${this.#nodeNumber + this.#nodes.length}`;
    const outputs = types.map((type, i) => this.#define({ ...type, name: i ? `${name}.${i}` : name }));
    this.#append(operator, inputs, outputs, given);
    return outputs;
  }

  /** Applies an operator and gives its first output. */
  apply<O extends Operator>(operator: O, inputs: readonly Value[], ...attributes: Attributes<O>): Value {
    return this.applyAll(operator, inputs, ...attributes)[0]!;
  }

  /** Applies an operator whose output has the type of `like`: where sizes are named so that inference cannot know it. */
  applyAs<O extends Operator>(
    like: ValueType,
    operator: O,
    inputs: readonly Value[],
    attributes: OperatorAttributes[O],
  ): Value {
    const name = `${operator}.${this.#nodeNumber + this.#nodes.length}`;
    const output = this.#define({ name, dtype: like.dtype, shape: like.shape });
    this.#append(operator, inputs, [output], attributes);
    return output;
  }

  /**
   * Names a value as a hook point. Each hook point is a node of its own, so that an edit at one leaves another
   * that holds the same numbers (`hook_resid_post` and the next `hook_resid_pre`) alone; unused ones cost nothing.
   */
  hook(name: string, value: Value): Value {
    this.#hooks.push(name);
    return this.named(name, value);
  }

  /** The value once more under a name of its own, by which it can be asked for; no hook point. */
  named(name: string, value: Value): Value {
    const { dtype, shape } = value;
    const named = this.#define({ name, dtype, shape });
    this.#append('Identity', [value], [named], {});
    return named;
  }

  /** The nodes that `write` adds. */
  written(write: () => void): readonly Node[] {
    const before = this.#nodes.length;
    write();
    return this.#nodes.slice(before);
  }

  /** The finished graph, with every hook point as a possible output. */
  build(): Graph {
    return {
      inputs: this.#inputs,
      weights: this.#weights,
      constants: this.#constants,
      nodes: this.#nodes,
      values: this.#values,
      hooks: this.#hooks,
      outputs: this.#hooks,
    };
  }

  #append<O extends Operator>(
    operator: O,
    inputs: readonly Value[],
    outputs: readonly Value[],
    attributes: OperatorAttributes[O],
  ) {
    const names = (values: readonly Value[]) => values.map((value) => value.name);
    this.#nodes.push({ operator, inputs: names(inputs), outputs: names(outputs), attributes });
  }

  #define(value: Value): Value {
    if (this.#values.has(value.name)) throw new RangeError(`the graph has two values named ${value.name}`);
    this.#values.set(value.name, value);
    return value;
  }
}
