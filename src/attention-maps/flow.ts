import type { AttentionMap } from './attention-map.js';
import { FlowNetwork } from './flow-network.js';
import { type ResidualOptions, withResidual } from './rollout.js';

/**
 * Attention flow (Abnar and Zuidema 2020, https://arxiv.org/abs/2005.00928, §3.3): positions of all layers are the nodes of a
 * network, the weights of attention with residual connections are the capacities of its edges, and a source's score is
 * the maximum flow from a destination of the top layer to it alone.
 * One maximum flow for each source; of L layers and T positions each one searches up to L · T² edges some times over.
 */
export class AttentionFlow {
  readonly #network: FlowNetwork;
  readonly #positions: number;

  /** @param maps One for each layer, from the first, heads already made one (see `layerMap`). */
  constructor(maps: readonly AttentionMap[], options: ResidualOptions = {}) {
    this.#network = new FlowNetwork(maps.map((map) => withResidual(map, options)));
    this.#positions = maps[0]!.sources;
  }

  /** The maximum flow from a position of the top layer to a position of the input. */
  between(destination: number, source: number): number {
    return this.#network.maximum(destination, source);
  }

  /** The flows from a position of the top layer to every position of the input, divided by their sum. */
  row(destination: number): Float64Array {
    const flows = Float64Array.from({ length: this.#positions }, (_, source) =>
      this.between(destination, source),
    );
    const sum = flows.reduce((a, b) => a + b, 0);
    return flows.map((flow) => flow / sum);
  }
}
