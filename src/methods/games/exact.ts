import { coalitionOf, counted, type Game, type Shares } from './game.js';

/** Most players for which every coalition is tried: 4,096 of them. */
export const mostPlayers = 12;

/**
 * Shapley values by their definition, φ_i = Σ over S without i of |S|! (M − |S| − 1)! / M! · (v(S ∪ i) − v(S))
 * (Shapley 1953), from all 2^M coalitions.
 * @param game of at most {@link mostPlayers}
 */
export async function exactShapley(game: Game): Promise<Shares> {
  const { size } = game;
  const count = 2 ** size;
  const values = await game.values(Array.from({ length: count }, (_, bits) => coalitionOf(bits, size)));
  const members = Uint8Array.from({ length: count }, (_, bits) => bitsSet(bits));
  const weights = shapleyWeights(size);
  const scores = Float64Array.from({ length: size }, (_, player) => {
    const bit = 1 << player;
    let sum = 0;
    for (let without = 0; without < count; without++)
      if ((without & bit) === 0)
        sum += weights[members[without]!]! * (values[without | bit]! - values[without]!);
    return sum;
  });
  return {
    scores,
    standardError: undefined,
    full: values[count - 1]!,
    empty: values[0]!,
    note: `exact: all ${counted(count)} coalitions of ${size} features`,
  };
}

/** |S|! (M − |S| − 1)! / M! for |S| from 0 to M − 1: 1 / M at the ends, ever less towards the middle. */
function shapleyWeights(size: number): number[] {
  const weights = [1 / size];
  for (let members = 1; members < size; members++)
    weights.push((weights[members - 1]! * members) / (size - members));
  return weights;
}

function bitsSet(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count++;
  return count;
}
