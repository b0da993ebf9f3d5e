import { type AttentionMap, attentionMap } from '../../src/attention-maps/index.js';

/** A map of three positions. */
export function three(...weights: number[]): AttentionMap {
  return attentionMap(3, 3, weights);
}

/** Two layers of causal attention over three tokens, for which published code gave rollout and flow. */
export const layers = [
  three(1, 0, 0, 0.6, 0.4, 0, 0.2, 0.3, 0.5),
  three(1, 0, 0, 0.1, 0.9, 0, 0.5, 0.25, 0.25),
];
