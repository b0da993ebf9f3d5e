import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { exactShapley } from '../../../src/methods/games/exact.js';
import { assertClose } from '../method-golden.js';
import { knownGame, TableGame, tables } from './table-game.js';

/** Sums of a few hundred doubles of about 10. */
const rounding = 1e-11;

suite('exact Shapley values', () => {
  test('of a known game are those of SHAP', async () => {
    const { scores, full, empty } = await exactShapley(knownGame);
    assertClose(scores, [11 / 6, 10 / 3, 5 / 6], rounding, 'scores');
    assert.deepEqual([full, empty], [6, 0]);
  });

  test('add up to what all are worth above none', async () => {
    const adds = async (table: number[]) => {
      const { scores } = await exactShapley(new TableGame(table));
      const sum = scores.reduce((a, b) => a + b, 0);
      assertClose([sum], [table.at(-1)! - table[0]!], rounding, 'sum');
    };
    await fc.assert(fc.asyncProperty(tables(1, 6), adds), { numRuns: 30, seed: 1 });
  });

  test('are equal for players who do the same', async () => {
    // Worths that only know how many of the players 0 and 1 are there.
    const symmetric = (table: number[]) =>
      table.map((worth, bits) => ((bits & 3) === 2 ? table[bits - 1]! : worth));
    const equal = async (table: number[]) => {
      const { scores } = await exactShapley(new TableGame(symmetric(table)));
      assertClose([scores[0]!], [scores[1]!], rounding, 'score');
    };
    await fc.assert(fc.asyncProperty(tables(2, 6), equal), { numRuns: 30, seed: 2 });
  });

  test('give a player who changes nothing nothing', async () => {
    const without = (table: number[]) => table.map((_, bits) => table[bits & ~2]!);
    const nothing = async (table: number[]) => {
      const { scores } = await exactShapley(new TableGame(without(table)));
      assertClose([scores[1]!], [0], rounding, 'score');
    };
    await fc.assert(fc.asyncProperty(tables(2, 6), nothing), { numRuns: 30, seed: 3 });
  });

  test('of a sum of games are sums', async () => {
    const pairs = tables(3, 3).chain((one) => tables(3, 3).map((other) => [one, other] as const));
    const sums = async ([one, other]: readonly [number[], number[]]) => {
      const of = async (table: number[]) => (await exactShapley(new TableGame(table))).scores;
      const [first, second] = [await of(one), await of(other)];
      const both = await of(one.map((worth, i) => worth + 2 * other[i]!));
      assertClose(
        both,
        first.map((score, i) => score + 2 * second[i]!),
        rounding,
        'scores',
      );
    };
    await fc.assert(fc.asyncProperty(pairs, sums), { numRuns: 20, seed: 4 });
  });
});
