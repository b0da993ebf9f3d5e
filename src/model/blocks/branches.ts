import type { GraphBuilder, Value } from '../../graph/index.js';

/** Name of the input that says where each token stands among those that attention sees; see {@link Branches.places}. */
export const placesInput = 'branch_places';

/** Name of the input that says what each token sees. */
export function sightInput(window: number | undefined): string {
  return window === undefined ? 'sight' : `sight.${window}`;
}

/**
 * Texts that begin alike in one row, each beginning once: the tokens of a row are the nodes of a tree, and each sees the
 * path that leads to it instead of all tokens before it.
 */
export class Branches {
  readonly #graph: GraphBuilder;
  readonly #sights = new Map<number | undefined, Value>();
  #places: Value | undefined;

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  /** How far the attentions of the model reach; undefined stands for without a bound. */
  get windows(): readonly (number | undefined)[] {
    return [...this.#sights.keys()];
  }

  /** Whether a destination sees a source, BOOL [batch, 1, destination, source]. */
  sight(window: number | undefined): Value {
    const known = this.#sights.get(window);
    if (known) return known;
    const shape = ['batch', 1, 'position', 'position'];
    const sight = this.#graph.input(sightInput(window), 'BOOL', shape);
    this.#sights.set(window, sight);
    return sight;
  }

  /** How many tokens that are not hidden stand before each on its path; 0 of one that is: F32 [batch, position]. */
  get places(): Value {
    this.#places ??= this.#graph.input(placesInput, 'F32', ['batch', 'position']);
    return this.#places;
  }
}
