import { randomNumbers, seedOf } from '../checkpoints/random.js';

/** Always the same token ids for a number of tokens. */
export function tokenIds(count: number, vocabulary: number): number[] {
  const random = randomNumbers(seedOf(`tokens ${count}`));
  return Array.from({ length: count }, () => Math.floor(random() * vocabulary));
}
