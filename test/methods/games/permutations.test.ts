import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { exactShapley } from '../../../src/methods/games/exact.js';
import { sampledShapley } from '../../../src/methods/games/permutations.js';
import { assertClose } from '../method-golden.js';
import { ChainGame, TableGame, tables } from './table-game.js';

const plain = { permutations: 200, antithetic: false, seed: 7 };

suite('Shapley values from random orders', () => {
  test('add up to what all are worth above none, however few the orders', async () => {
    const adds = async (table: number[], antithetic: boolean) => {
      const sampling = { permutations: 3, antithetic, seed: 1 };
      const { scores, full, empty } = await sampledShapley(new TableGame(table), sampling);
      assertClose([scores.reduce((a, b) => a + b, 0)], [full - empty], 1e-12, 'sum');
    };
    await fc.assert(fc.asyncProperty(tables(1, 6), fc.boolean(), adds), { numRuns: 30, seed: 1 });
  });

  for (const antithetic of [false, true]) {
    test(`come to the exact ones within their errors${antithetic ? ', with reverses' : ''}`, async () => {
      const game = new ChainGame(9);
      const exact = await exactShapley(game);
      const { scores, standardError } = await sampledShapley(game, { ...plain, antithetic });
      for (const [i, score] of scores.entries()) {
        const error = standardError![i]!;
        // Nine scores, each beyond 4 errors once in 16,000 times; the seed is fixed.
        assert.ok(Math.abs(score - exact.scores[i]!) < 4 * error + 1e-9, `score ${i}`);
        assert.ok(error < 0.3, `error ${i} is ${error}`);
      }
    });
  }

  test('have errors as large as the spread between seeds', async () => {
    const game = new ChainGame(6);
    const runs = [];
    for (let seed = 0; seed < 60; seed++)
      runs.push(await sampledShapley(game, { ...plain, permutations: 40, seed }));
    const first = runs.map(({ scores }) => scores[2]!);
    const mean = first.reduce((a, b) => a + b, 0) / first.length;
    const spread = Math.sqrt(first.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (first.length - 1));
    const told = runs.reduce((sum, { standardError }) => sum + standardError![2]!, 0) / runs.length;
    // Of 60 runs the spread is known to a tenth.
    assert.ok(Math.abs(told / spread - 1) < 0.3, `${told} and ${spread}`);
  });

  test('of an additive game are its terms, without error', async () => {
    const terms = [3, -1, 0.5, 2];
    const table = Array.from({ length: 16 }, (_, bits) =>
      terms.reduce((sum, term, i) => sum + ((bits >> i) & 1) * term, 1),
    );
    const { scores, standardError } = await sampledShapley(new TableGame(table), plain);
    assertClose(scores, terms, 1e-12, 'scores');
    assertClose(standardError!, [0, 0, 0, 0], 1e-12, 'errors');
  });

  test('depend on the seed alone', async () => {
    const of = async (seed: number) =>
      (await sampledShapley(new ChainGame(9), { ...plain, permutations: 5, seed })).scores;
    assert.deepEqual(await of(3), await of(3));
    assert.notDeepEqual(await of(3), await of(4));
  });

  test('reverses of orders are among the permutations', async () => {
    const game = new TableGame(Array.from({ length: 32 }, (_, i) => i ** 2));
    const { note } = await sampledShapley(game, { ...plain, permutations: 20, antithetic: true });
    // 20 orders with 4 coalitions between none and all, and these two.
    assert.equal(game.asked, 82);
    assert.match(note, /10 random orders.*reverse/);
  });
});
