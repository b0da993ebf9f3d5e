import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { counted, extremes, type Game, type Shares } from './game.js';

/** How permutations are drawn. */
export interface PermutationSampling {
  readonly permutations: number;
  /** Whether each permutation is followed by its reverse: their errors partly cancel. */
  readonly antithetic: boolean;
  readonly seed: number;
}

/**
 * Shapley values by sampling: players join in a random order, and each gets what the target gains as it joins; the mean
 * over orders (Castro et al. 2009, https://doi.org/10.1016/j.cor.2008.04.004). Along one order the gains add up to
 * v(all) − v(none), so the scores do too.
 */
export async function sampledShapley(
  game: Game,
  { permutations, antithetic, seed }: PermutationSampling,
): Promise<Shares> {
  const { size } = game;
  const random = xoroshiro128plus(seed);
  const draws = antithetic ? Math.max(2, Math.ceil(permutations / 2)) : permutations;
  const orders = Array.from({ length: draws }, () => {
    const order = shuffled(size, random);
    return antithetic ? [order, order.toReversed()] : [order];
  });
  // The first and the last step of every order are the extremes.
  const chains = orders.flat().map((order) => stepsOf(order));
  const values = await game.values(chains.flat());
  const { full, empty } = await extremes(game);

  const mean = new Float64Array(size);
  const squares = new Float64Array(size);
  const chainLength = size - 1;
  let chain = 0;
  for (const [drawn, group] of orders.entries()) {
    const gains = new Float64Array(size);
    for (const order of group) {
      let before = empty;
      for (const [step, player] of order.entries()) {
        const now = step === size - 1 ? full : values[chain * chainLength + step]!;
        gains[player]! += (now - before) / group.length;
        before = now;
      }
      chain++;
    }
    // Welford's running mean and sum of squared deviations.
    for (const [player, gain] of gains.entries()) {
      const deviation = gain - mean[player]!;
      mean[player]! += deviation / (drawn + 1);
      squares[player]! += deviation * (gain - mean[player]!);
    }
  }
  const reverses = antithetic ? ', each with its reverse' : '';
  return {
    scores: mean,
    standardError: squares.map((sum) => Math.sqrt(sum / (draws - 1) / draws)),
    ...{ full, empty },
    note: `sampled: ${counted(draws)} random orders of ${counted(size)} features${reverses}`,
  };
}

/** A random order of 0 … size − 1 (Fisher and Yates). */
export function shuffled(size: number, random: RandomGenerator): number[] {
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const other = uniformInt(random, 0, i);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

/** The coalitions as players join, without that of none and that of all. */
function stepsOf(order: readonly number[]): Uint8Array[] {
  const coalition = new Uint8Array(order.length);
  return order.slice(0, -1).map((player) => {
    coalition[player] = 1;
    return coalition.slice();
  });
}
