import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { exactShapley } from '../../../src/methods/games/exact.js';
import { owenValues } from '../../../src/methods/games/owen.js';
import { nestedTree } from '../../../src/methods/games/tree.js';
import { assertClose } from '../method-golden.js';
import { ChainGame, knownGame, TableGame, tables } from './table-game.js';

suite('Owen values', () => {
  test('of a known game and tree are those of SHAP', async () => {
    const { scores, unspent } = await owenValues(knownGame, [[0, 1], 2], 500);
    assertClose(scores, [1.75, 3.25, 1], 1e-12, 'scores');
    assert.equal(unspent, 0);
  });

  test('tell beforehand how much there is to do', async () => {
    const told: number[] = [];
    for (const evaluations of [500, 9]) {
      const game = Object.assign(new ChainGame(8), { expect: (count: number) => told.push(count) });
      await owenValues(game, nestedTree(8, []), evaluations);
    }
    // Three levels with 1, 2 and 4 groups in 1, 2 and 4 contexts, two coalitions each.
    assert.deepEqual(told, [2 * (1 + 4 + 16), 7]);
  });

  test('of two players are Shapley values', async () => {
    const equal = async (table: number[]) => {
      const game = new TableGame(table);
      assertClose(
        (await owenValues(game, [0, 1], 500)).scores,
        (await exactShapley(game)).scores,
        1e-12,
        'scores',
      );
    };
    await fc.assert(fc.asyncProperty(tables(2, 2), equal), { numRuns: 20, seed: 1 });
  });

  test('add up to what all are worth above none, at any number of evaluations', async () => {
    const adds = async (table: number[], evaluations: number) => {
      const game = new TableGame(table);
      const { scores, full, empty } = await owenValues(game, nestedTree(game.size, []), evaluations);
      assertClose([scores.reduce((a, b) => a + b, 0)], [full - empty], 1e-10, 'sum');
      assert.ok(game.asked <= evaluations, `${game.asked} of ${evaluations}`);
    };
    const evaluations = fc.integer({ min: 2, max: 200 });
    await fc.assert(fc.asyncProperty(tables(1, 7), evaluations, adds), { numRuns: 40, seed: 2 });
  });

  test('without evaluations are shared by the number of players', async () => {
    const { scores, unspent } = await owenValues(knownGame, [[0, 1], 2], 2);
    assertClose(scores, [2, 2, 2], 1e-12, 'scores');
    assert.equal(unspent, 6);
  });

  test('split the branch with the most to share first', async () => {
    // Players 2 and 3 decide nearly everything, so the last evaluations belong to them.
    const weights = [0.1, 0.2, 3, -8];
    const table = Array.from({ length: 16 }, (_, bits) =>
      weights.reduce((sum, weight, i) => sum + ((bits >> i) & 1) * weight, 0),
    );
    const { scores } = await owenValues(
      new TableGame(table),
      [
        [0, 1],
        [2, 3],
      ],
      6,
    );
    // Half of the heavy branch was split, the other half and the light branch are shared by size.
    assertClose(scores, [0.15, 0.15, 1.5 - 1.25, -4 - 1.25], 1e-12, 'scores');
  });

  test('of 200 players end', async () => {
    const { scores, full, empty } = await owenValues(new ChainGame(200), nestedTree(200, []), 500);
    assertClose([scores.reduce((a, b) => a + b, 0)], [full - empty], 1e-9, 'sum');
  });
});
