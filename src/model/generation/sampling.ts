import { PellucidError } from '../../errors.js';
import { randomOf } from '../../random.js';

/** How the next token is drawn. With none of them given, or at temperature 0, it is the most probable one (greedy). */
export interface SamplingOptions {
  /** Divides the logits: below 1 the probable become more probable. 1 by default, 0 for greedy. */
  readonly temperature?: number | undefined;
  /** Only this many most probable tokens can be drawn (all that are equal to the last of them, too). */
  readonly topK?: number | undefined;
  /** Only the smallest set of most probable tokens whose probabilities sum to at least this can be drawn. */
  readonly topP?: number | undefined;
  /** A whole number from 0 to 2³² − 1; the same seed draws the same tokens. Drawn itself, if left out. */
  readonly seed?: number | undefined;
}

/** Draws tokens from logits, one after the other. */
export type Draw = (logits: Float32Array) => number;

/** Seeds are numbers of 32 bits. */
const seeds = 2 ** 32;

/**
 * Checks the options and settles the seed.
 * @returns the seed, or null where nothing is left to chance
 * @throws PellucidError `bad-input` for a value that is out of range.
 */
export function settleSeed({ temperature, topK, topP, seed }: SamplingOptions): number | null {
  const refuse = (what: string, value: unknown, expected: string): never => {
    throw new PellucidError('bad-input', `${what} must be ${expected}, not ${value}.`);
  };
  if (temperature !== undefined && !(temperature >= 0 && Number.isFinite(temperature)))
    refuse('temperature', temperature, 'a number of at least 0');
  if (topK !== undefined && !(Number.isSafeInteger(topK) && topK >= 1))
    refuse('topK', topK, 'a whole number above 0');
  if (topP !== undefined && !(topP > 0 && topP <= 1)) refuse('topP', topP, 'above 0 and at most 1');
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0 && seed < seeds))
    refuse('seed', seed, `a whole number from 0 to ${seeds - 1}`);
  if ([temperature, topK, topP, seed].every((option) => option === undefined) || temperature === 0)
    return null;
  return seed ?? Math.floor(Math.random() * seeds);
}

/** The most probable token; the one with the lowest id where several are equal, as torch.argmax. */
export const drawGreedily: Draw = (logits) => {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
};

/**
 * Draws at random: one number of `randomOf(seed)` for each token, looked up in the cumulative probabilities in the order of the ids.
 */
export function drawWith(options: SamplingOptions, seed: number): Draw {
  const random = randomOf(seed);
  return (logits) => {
    const probabilities = warped(logits, options);
    const point = random.uniform();
    let sum = 0;
    let last = 0;
    for (let id = 0; id < probabilities.length; id++) {
      if (probabilities[id] === 0) continue;
      sum += probabilities[id]!;
      last = id;
      if (point < sum) return id;
    }
    return last; // The sum is 1 but for rounding.
  };
}

/**
 * The probabilities from which a token is drawn: temperature, then top-k, then top-p, as transformers' logits warpers
 * in that order (generation/logits_process.py); in double precision.
 */
export function warped(logits: Float32Array, { temperature = 1, topK, topP }: SamplingOptions): Float64Array {
  const scores = Float64Array.from(logits, (logit) => logit / temperature);
  if (topK !== undefined && topK < scores.length) {
    const least = scores.toSorted()[scores.length - topK]!;
    for (const [id, score] of scores.entries()) if (score < least) scores[id] = Number.NEGATIVE_INFINITY;
  }
  const probabilities = normalized(scores);
  if (topP === undefined || topP === 1) return probabilities;
  const ascending = Uint32Array.from(probabilities.keys()).sort(
    (a, b) => probabilities[a]! - probabilities[b]! || a - b,
  );
  let sum = 0;
  for (const id of ascending.subarray(0, -1)) {
    sum += probabilities[id]!;
    if (sum > 1 - topP) break;
    scores[id] = Number.NEGATIVE_INFINITY;
  }
  return normalized(scores);
}

/** ln P of one token under the model's own distribution, in double precision. */
export function logProbability(logits: Float32Array, id: number): number {
  const most = logits[drawGreedily(logits)]!;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - most);
  return logits[id]! - most - Math.log(sum);
}

function normalized(scores: Float64Array): Float64Array {
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
