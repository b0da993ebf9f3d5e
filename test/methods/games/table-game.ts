import fc from 'fast-check';
import type { Game } from '../../../src/methods/games/game.js';

/** A game by the worth of each coalition, whose members are the bits of the index. */
export class TableGame implements Game {
  readonly table: readonly number[];
  /** Coalitions that were asked for, equal ones each time. */
  asked = 0;

  constructor(table: readonly number[]) {
    this.table = table;
  }

  get size(): number {
    return Math.log2(this.table.length);
  }

  async values(coalitions: readonly Uint8Array[]): Promise<Float64Array> {
    this.asked += coalitions.length;
    return Float64Array.from(coalitions, (coalition) => {
      return this.table[coalition.reduce((bits, present, i) => bits | (present << i), 0)]!;
    });
  }
}

/** v(∅), v(1), v(2), v(12), v(3), v(13), v(23), v(123): SHAP 0.51 gives [11/6, 10/3, 5/6], and [1.75, 3.25, 1] for ((1, 2), 3). */
export const knownGame = new TableGame([0, 1, 2, 4, 0, 1, 3, 6]);

/** Games with random worths, of some number of players. */
export function tables(least: number, most: number): fc.Arbitrary<number[]> {
  return fc.integer({ min: least, max: most }).chain((size) =>
    fc.array(fc.double({ min: -10, max: 10, noNaN: true }), {
      minLength: 2 ** size,
      maxLength: 2 ** size,
    }),
  );
}

/** A game with many players: each has a worth, neighbours have one together, everything is squashed a little. */
export class ChainGame implements Game {
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  async values(coalitions: readonly Uint8Array[]): Promise<Float64Array> {
    return Float64Array.from(coalitions, (coalition) => {
      let sum = 0;
      for (const [i, present] of coalition.entries()) {
        sum += present * Math.sin(i + 1);
        if (i > 0) sum += present * coalition[i - 1]! * Math.cos(2 * i);
      }
      return sum + 0.05 * sum * sum;
    });
  }
}
