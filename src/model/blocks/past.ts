import type { GraphBuilder, Value } from '../../graph/index.js';

/** A value that one step leaves for the next: an output of the graph and the input that takes it. */
export interface Carried {
  /** Name of the input: the value at the positions before, empty at first. */
  readonly past: string;
  /** Name of the value at all positions so far. */
  readonly present: string;
  /** Shape of the input, with the axis `past`. */
  readonly shape: Value['shape'];
}

/** A value that does not change while a text is continued: an input of the graph, and what computes it once. */
export interface Held {
  readonly input: string;
  /** Name of the value that it takes. */
  readonly value: string;
}

/**
 * The positions that a text had before, in the form of a model's graph that continues it: the graph reads new positions
 * only, and attention sees the earlier ones through the keys and values that are carried from step to step (the KV
 * cache). Earlier positions stand before all new ones.
 */
export class Past {
  /** 1 for a token, 0 for padding, F32 [batch, past]. */
  readonly mask: Value;
  readonly #graph: GraphBuilder;
  readonly #carried: Carried[] = [];
  readonly #held: Held[] = [];
  readonly #kinds: ((length: number) => number)[] = [];

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
    this.mask = graph.input('past_mask', 'F32', ['batch', 'past']);
  }

  /** Everything that is carried, in the order of the computation. */
  get carried(): readonly Carried[] {
    return this.#carried;
  }

  /** Everything that is computed once, in the order of the computation. */
  get held(): readonly Held[] {
    return this.#held;
  }

  /**
   * Whether what was carried from a text of one length holds in one of another; if not, everything is to be read again.
   * Undefined where it always holds.
   */
  get holds(): ((before: number, now: number) => boolean) | undefined {
    const kinds = this.#kinds;
    return kinds.length === 0
      ? undefined
      : (before, now) => kinds.every((kind) => kind(before) === kind(now));
  }

  /** Says that the computation at every position depends on the text's length, and is equal for lengths of one kind. */
  dependOnLength(kind: (length: number) => number): void {
    this.#kinds.push(kind);
  }

  /** Puts what earlier positions left before the value of the new ones, and carries both on. */
  carry(name: string, value: Value): Value {
    const axis = value.shape.indexOf('position');
    const shape = value.shape.with(axis, 'past');
    const earlier = this.#graph.input(name, value.dtype, shape);
    const all = this.#graph.apply('Concat', [earlier, value], { axis });
    this.#carried.push({ past: name, present: all.name, shape });
    return all;
  }

  /** Takes a value that no step changes from an input of its own: keys and values of what an encoder has read. */
  hold(name: string, value: Value): Value {
    const input = this.#graph.input(name, value.dtype, value.shape);
    this.#held.push({ input: name, value: value.name });
    return input;
  }
}
