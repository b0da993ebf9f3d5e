import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { PellucidError } from '../../../src/errors.js';
import { exactShapley } from '../../../src/methods/games/exact.js';
import { constrainedFit, kernelShapley } from '../../../src/methods/games/regression.js';
import { assertClose } from '../method-golden.js';
import { ChainGame, knownGame, TableGame, tables } from './table-game.js';

const sampling = { samples: 400, paired: true, seed: 5 };

suite('Shapley values by regression', () => {
  test('of a known game are those of SHAP', async () => {
    const { scores, standardError } = await kernelShapley(knownGame, sampling);
    assertClose(scores, [11 / 6, 10 / 3, 5 / 6], 1e-6, 'scores');
    assert.equal(standardError, undefined);
  });

  test('from all coalitions are the exact ones', async () => {
    const equal = async (table: number[]) => {
      const game = new TableGame(table);
      const exact = await exactShapley(game);
      assertClose((await kernelShapley(game, sampling)).scores, exact.scores, 1e-9, 'scores');
    };
    await fc.assert(fc.asyncProperty(tables(1, 7), equal), { numRuns: 25, seed: 1 });
  });

  for (const paired of [true, false]) {
    test(`from ${paired ? 'pairs' : 'single coalitions'} come to the exact ones, and add up`, async () => {
      const game = new ChainGame(10);
      const exact = await exactShapley(game);
      const { scores, standardError, full, empty } = await kernelShapley(game, { ...sampling, paired });
      assertClose([scores.reduce((a, b) => a + b, 0)], [full - empty], 1e-10, 'sum');
      for (const [i, score] of scores.entries())
        assert.ok(Math.abs(score - exact.scores[i]!) < 4 * standardError![i]!, `score ${i}`);
      assert.ok(Math.max(...standardError!) < 0.3);
    });
  }

  test('have errors as large as the spread between seeds', async () => {
    const game = new ChainGame(9);
    const runs = [];
    for (let seed = 0; seed < 60; seed++)
      runs.push(await kernelShapley(game, { ...sampling, samples: 200, seed }));
    const first = runs.map(({ scores }) => scores[4]!);
    const mean = first.reduce((a, b) => a + b, 0) / first.length;
    const spread = Math.sqrt(first.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (first.length - 1));
    const told = runs.reduce((sum, { standardError }) => sum + standardError![4]!, 0) / runs.length;
    // Of 60 runs the spread is known to a tenth.
    assert.ok(Math.abs(told / spread - 1) < 0.3, `${told} and ${spread}`);
  });

  test('solve the same equations with a multiplier for the constraint', () => {
    const rows = [
      [1, 0, 0, 2],
      [0, 1, 0, -1],
      [0, 0, 1, 0.5],
      [1, 1, 0, 3],
      [0, 1, 1, 1],
    ].map(([a, b, c, value]) => ({ coalition: Uint8Array.of(a!, b!, c!), weight: 1, value: value! }));
    // By hand: XᵀX φ + λ = Xᵀy with XᵀX = [[2,1,0],[1,3,1],[0,1,2]], Xᵀy = [5,3,1.5] and Σφ = 4.
    const { scores } = constrainedFit(rows, 3, 4);
    const multipliers = [
      5 - (2 * scores[0]! + scores[1]!),
      3 - (scores[0]! + 3 * scores[1]! + scores[2]!),
      1.5 - (scores[1]! + 2 * scores[2]!),
    ];
    assertClose(multipliers, [multipliers[0]!, multipliers[0]!, multipliers[0]!], 1e-12, 'multiplier');
    assertClose([scores.reduce((a, b) => a + b, 0)], [4], 1e-12, 'sum');
  });

  test('depend on the seed alone', async () => {
    const of = async (seed: number) => (await kernelShapley(new ChainGame(9), { ...sampling, seed })).scores;
    assert.deepEqual(await of(3), await of(3));
    assert.notDeepEqual(await of(3), await of(4));
  });

  test('too few samples are refused with what would do', async () => {
    const few = kernelShapley(new ChainGame(20), { samples: 10, paired: true, seed: 0 });
    await assert.rejects(few, (error: unknown) => {
      return (
        error instanceof PellucidError && /10 samples.*20 features apart.*80 or more/.test(error.message)
      );
    });
  });
});
