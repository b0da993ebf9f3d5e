import type { Adapter, LowRankUpdate, Weight, Weights } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import { formatShape, type GraphBuilder, type Value } from '../graph/index.js';

/** How an architecture's published files name their weights. */
export interface WeightNames {
  /** Prefix that a checkpoint saved with a head puts before the body's names, and one saved without leaves out. */
  readonly prefix: string;
  /** Turns names of old files into today's. */
  readonly rename?: (name: string) => string;
  /** Tensors that published files carry and the computation does not use (buffers, heads of other tasks). */
  readonly surplus: readonly RegExp[];
}

/** Buffers that old files of many families carry: what they hold follows from the config. */
const oldBuffers = [/(^|\.)rotary_emb\.inv_freq$/, /(^|\.)embeddings\.position_ids$/];

/** Hands out weights by today's name without prefix, checked against the shape that the config asks for. */
export class WeightReader {
  readonly #byName = new Map<string, Weight>();
  readonly #used = new Set<string>();
  readonly #graph: GraphBuilder;
  readonly #where: string;
  readonly #surplus: readonly RegExp[];
  /** By today's name of the layer. */
  readonly #updates = new Map<string, LowRankUpdate>();
  readonly #applied = new Set<string>();
  readonly #replaced = new Set<string>();

  constructor(weights: Weights, names: WeightNames, graph: GraphBuilder, where: string, adapter?: Adapter) {
    this.#graph = graph;
    this.#where = where;
    this.#surplus = [...oldBuffers, ...names.surplus];
    for (const weight of weights.values()) {
      const name = canonicalName(weight.name, names);
      const twin = this.#byName.get(name);
      if (twin)
        throw new PellucidError(
          'bad-checkpoint',
          `${where} holds both "${twin.name}" and "${weight.name}", which are the same weight.`,
        );
      this.#byName.set(name, weight);
    }
    for (const [full, weight] of adapter?.replacements ?? []) {
      this.#byName.set(canonicalName(full, names), weight);
      this.#replaced.add(canonicalName(full, names));
    }
    for (const [module, update] of adapter?.updates ?? []) {
      this.#updates.set(canonicalName(`${module}.weight`, names).replace(/\.weight$/, ''), update);
    }
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Whether an adapter puts a weight of its own in the place of the base's. */
  replaces(name: string): boolean {
    return this.#replaced.has(name);
  }

  /** What an adapter adds to a layer; it must be added when it is asked for. */
  update(layer: string): LowRankUpdate | undefined {
    const update = this.#updates.get(layer);
    if (update) this.#applied.add(layer);
    return update;
  }

  /** A part of an update as float32. @throws PellucidError `bad-checkpoint` when it has another shape than its layer. */
  part(layer: string, weight: Weight, shape: readonly number[]): Value {
    if (weight.shape.join() !== shape.join()) {
      throw new PellucidError(
        'bad-checkpoint',
        `The adapter does not fit: "${weight.name}" has shape ${formatShape(weight.shape)}, but ${layer} of ${this.#where} needs ${formatShape(shape)}.`,
      );
    }
    this.#requireFloat(weight);
    return this.#asFloat(this.#graph.weight(weight.name, weight.dtype, shape, weight));
  }

  /** The weight as it stands in the file; half precision stays half. @throws PellucidError `bad-checkpoint`. */
  stored(name: string, shape: readonly number[]): Value {
    const weight = this.#checked(name, shape);
    return this.#graph.weight(weight.name, weight.dtype, shape, weight);
  }

  /** The weight as float32. */
  float(name: string, shape: readonly number[]): Value {
    return this.#asFloat(this.stored(name, shape));
  }

  /**
   * One entry along the first axis of a weight that stacks several, as float32: only its bytes are read.
   * @param shape of the whole weight
   */
  entry(name: string, shape: readonly number[], index: number): Value {
    const { name: full, dtype, file, offset, length } = this.#checked(name, shape);
    const part = length / shape[0]!;
    const data = { file, offset: offset + index * part, length: part };
    return this.#asFloat(this.#graph.weight(`${full}[${index}]`, dtype, shape.slice(1), data));
  }

  /** The weight of a name, if it has the shape and a type that can be computed with. */
  #checked(name: string, shape: readonly number[]): Weight {
    const weight = this.#byName.get(name);
    if (!weight) {
      throw new PellucidError(
        'bad-checkpoint',
        `${this.#where} lacks the tensor "${name}", which its config.json asks for.`,
      );
    }
    if (weight.shape.length !== shape.length || weight.shape.some((size, axis) => size !== shape[axis])) {
      const found = `"${weight.name}" in ${weight.file} of ${this.#where} has shape ${formatShape(weight.shape)}`;
      throw new PellucidError('bad-checkpoint', `${found}, but config.json asks for ${formatShape(shape)}.`);
    }
    this.#requireFloat(weight);
    this.#used.add(name);
    return weight;
  }

  #requireFloat(weight: Weight): void {
    if (weight.dtype !== 'F32' && weight.dtype !== 'F16' && weight.dtype !== 'BF16') {
      const found = `"${weight.name}" in ${weight.file} of ${this.#where} is stored as ${weight.dtype}`;
      throw new PellucidError(
        'unsupported',
        `${found}; Pellucid computes with weights stored as F32, F16 or BF16.`,
      );
    }
  }

  #asFloat(value: Value): Value {
    return value.dtype === 'F32' ? value : this.#graph.apply('Cast', [value], { to: 'F32' });
  }

  /** Refuses a checkpoint with tensors that nothing uses: its config does not describe what it computes. */
  checkAllUsed(): void {
    const lost = [...this.#updates.keys()].find((layer) => !this.#applied.has(layer));
    if (lost !== undefined) {
      throw new PellucidError(
        'bad-checkpoint',
        `The adapter does not fit: it changes "${lost}", which is no layer of ${this.#where} or none that can be changed there.`,
      );
    }
    const unused = [...this.#byName].filter(
      ([name, { name: full }]) =>
        !this.#used.has(name) && !this.#surplus.some((pattern) => pattern.test(full)),
    );
    if (unused.length === 0) return;
    const names = unused.slice(0, 3).map(([, weight]) => `"${weight.name}"`);
    const more = unused.length > 3 ? ` and ${unused.length - 3} more` : '';
    throw new PellucidError(
      'bad-checkpoint',
      `${this.#where} has tensors that a model of its config.json does not use: ${names.join(', ')}${more}.`,
    );
  }
}

function canonicalName(name: string, { prefix, rename }: WeightNames): string {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return rename ? rename(bare) : bare;
}
