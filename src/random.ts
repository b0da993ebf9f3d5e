import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';

/** Random numbers that a seed decides. */
export interface Random {
  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number;
  /** A whole number from 0 to below `count`, all equally likely. */
  below(count: number): number;
  /** From the normal distribution with mean 0 and standard deviation 1. */
  normal(): number;
  /** The numbers from 0 to below `count` in random order. */
  permutation(count: number): number[];
}

/**
 * Random numbers by the Mersenne Twister (Matsumoto and Nishimura 1998). Seeds 0, 1, 2 … are what people give, and its
 * numbers differ from the first one on; those of xoroshiro128+ with small seeds begin nearly alike.
 * @param seed a whole number from 0 to 2³² − 1
 */
export function randomOf(seed: number): Random {
  const generator = mersenne(seed);
  const uniform = () => uniformFloat64(generator);
  const below = (count: number) => uniformInt(generator, 0, count - 1);
  return {
    uniform,
    below,
    // Box and Muller 1958; 1 − u is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation(count) {
      const order = Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const other = below(i + 1);
        [order[i], order[other]] = [order[other]!, order[i]!];
      }
      return order;
    },
  };
}
