import { highest } from '../model/index.js';

/** A distribution over the vocabulary, by its logits and the logarithm of what they are divided by. */
export interface Distribution {
  readonly logits: Float32Array;
  /** log Σ exp(logit) */
  readonly normalizer: number;
}

/** What is kept of a distribution. */
export interface Summary {
  /** The most probable tokens, and their probabilities. */
  readonly ids: readonly number[];
  readonly probabilities: readonly number[];
  /** In nats. */
  readonly entropy: number;
  /** KL(reference ‖ this) in nats. */
  readonly divergence: number;
}

export function distributionOf(logits: Float32Array): Distribution {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - most);
  return { logits, normalizer: most + Math.log(sum) };
}

/** Reduces a distribution to what a lens shows of it; sums are in double precision. */
export function summarize(own: Distribution, reference: Distribution, top: number): Summary {
  let [expected, divergence] = [0, 0];
  const shift = own.normalizer - reference.normalizer;
  for (let i = 0; i < own.logits.length; i++) {
    const logit = own.logits[i]!;
    expected += Math.exp(logit - own.normalizer) * logit;
    const share = Math.exp(reference.logits[i]! - reference.normalizer);
    divergence += share * (reference.logits[i]! - logit + shift);
  }
  const ids = highest(own.logits, top);
  return {
    ids,
    probabilities: ids.map((id) => probabilityOf(own, id)),
    entropy: own.normalizer - expected,
    // Rounding may leave a difference of equal distributions below 0.
    divergence: Math.max(0, divergence),
  };
}

export function probabilityOf({ logits, normalizer }: Distribution, id: number): number {
  return Math.exp(logits[id]! - normalizer);
}

/** The place of a token in the order of probabilities, from 1; of equal ones the first comes first. */
export function rankOf({ logits }: Distribution, id: number): number {
  const own = logits[id]!;
  let rank = 1;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > own || (logits[i] === own && i < id)) rank += 1;
  return rank;
}
