import type { AttentionMap } from './attention-map.js';

/** What is left of a capacity of at most 1 after a few hundred roundings of 1e-16: such an edge is full. */
const full = 1e-13;

/**
 * Maximum flows through layers of nodes, by Dinic's algorithm (1970): shortest ways are found breadth first and filled depth
 * first, until none is left. Nodes are numbered layer by layer from the input: node (level, position) is level · size + position;
 * an edge leads from each node to the nodes one level below that it has a weight for.
 */
export class FlowNetwork {
  readonly #size: number;
  readonly #levels: number;
  /** First edge of each node; edges of a node are those from here to that of the next node. */
  readonly #first: Int32Array;
  /** Of each edge the node it leads to, and the edge that leads back. */
  readonly #to: Int32Array;
  readonly #back: Int32Array;
  readonly #capacity: Float64Array;

  /** @param maps Capacities from each level to the one below: the first map leads to the input. */
  constructor(maps: readonly AttentionMap[]) {
    const size = maps[0]!.destinations;
    const nodes = (maps.length + 1) * size;
    const first = new Int32Array(nodes + 1);
    const each = (visit: (from: number, to: number, capacity: number) => void) => {
      for (const [level, { weights }] of maps.entries()) {
        for (const [cell, capacity] of weights.entries()) {
          if (capacity > 0)
            visit((level + 1) * size + Math.floor(cell / size), level * size + (cell % size), capacity);
        }
      }
    };
    each((from, to) => {
      first[from + 1]! += 1;
      first[to + 1]! += 1;
    });
    for (let node = 0; node < nodes; node++) first[node + 1]! += first[node]!;
    const next = first.slice();
    const count = first[nodes]!;
    this.#to = new Int32Array(count);
    this.#back = new Int32Array(count);
    this.#capacity = new Float64Array(count);
    each((from, to, capacity) => {
      const [there, back] = [next[from]!++, next[to]!++];
      this.#to[there] = to;
      this.#to[back] = from;
      this.#back[there] = back;
      this.#back[back] = there;
      this.#capacity[there] = capacity;
    });
    this.#size = size;
    this.#levels = maps.length;
    this.#first = first;
  }

  /** The maximum flow from a position of the top level to a position of the lowest. */
  maximum(from: number, to: number): number {
    const source = this.#levels * this.#size + from;
    const left = this.#capacity.slice();
    let flow = 0;
    for (;;) {
      const distance = this.#distances(source, to, left);
      if (distance[to] === -1) return flow;
      const next = this.#first.slice(0, -1);
      const push = (node: number, most: number): number => {
        if (node === to) return most;
        let pushed = 0;
        for (; next[node]! < this.#first[node + 1]! && most - pushed > full; next[node]!++) {
          const edge = next[node]!;
          const there = this.#to[edge]!;
          if (left[edge]! <= full || distance[there] !== distance[node]! + 1) continue;
          const sent = push(there, Math.min(most - pushed, left[edge]!));
          left[edge]! -= sent;
          left[this.#back[edge]!]! += sent;
          pushed += sent;
          if (most - pushed <= full) break;
        }
        return pushed;
      };
      const pushed = push(source, Number.POSITIVE_INFINITY);
      if (pushed <= full) return flow;
      flow += pushed;
    }
  }

  /** Edges on the shortest way with room left from a node to each other node; −1 where there is none. */
  #distances(source: number, sink: number, left: Float64Array): Int32Array {
    const distance = new Int32Array(this.#first.length - 1).fill(-1);
    const queue = new Int32Array(distance.length);
    distance[source] = 0;
    queue[0] = source;
    for (let read = 0, end = 1; read < end && distance[sink] === -1; read++) {
      const node = queue[read]!;
      for (let edge = this.#first[node]!; edge < this.#first[node + 1]!; edge++) {
        const there = this.#to[edge]!;
        if (left[edge]! <= full || distance[there] !== -1) continue;
        distance[there] = distance[node]! + 1;
        queue[end++] = there;
      }
    }
    return distance;
  }
}
