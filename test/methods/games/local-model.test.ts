import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { coalitionOf } from '../../../src/methods/games/game.js';
import { fitLocalModel, type Sample } from '../../../src/methods/games/local-model.js';
import { assertClose } from '../method-golden.js';
import { tables } from './table-game.js';

function samplesOf(table: readonly number[], weightOf: (i: number) => number = () => 1): Sample[] {
  const size = Math.log2(table.length);
  return table.map((value, i) => ({ coalition: coalitionOf(i, size), value, weight: weightOf(i) }));
}

suite('a local linear model', () => {
  test('of a linear game is the game, less what the penalty takes', () => {
    const table = Array.from({ length: 8 }, (_, i) => 5 + 2 * (i & 1) - 3 * ((i >> 1) & 1));
    const { coefficients, intercept, explained } = fitLocalModel(samplesOf(table), 3, {
      kind: 'lasso',
      alpha: 0.01,
    });
    // All coalitions: the variance of a player is ¼, and lasso takes α / ¼ of each coefficient.
    assertClose(coefficients, [1.96, -2.96, 0], 1e-9, 'coefficients');
    assertClose([intercept], [5 - 0.5 + 0.5 * (2.96 - 1.96)], 1e-9, 'intercept');
    assert.ok(explained > 0.999 && explained < 1);
  });

  test('by lasso fulfils the conditions of the least', async () => {
    const alpha = 0.3;
    const holds = (table: number[]) => {
      const samples = samplesOf(table, (i) => 1 + (i % 3));
      const size = samples[0]!.coalition.length;
      const { coefficients, intercept } = fitLocalModel(samples, size, { kind: 'lasso', alpha });
      const total = samples.reduce((sum, { weight }) => sum + weight, 0);
      const residual = ({ coalition, value }: Sample) =>
        value - intercept - coefficients.reduce((sum, one, i) => sum + one * coalition[i]!, 0);
      const mean = samples.reduce((sum, sample) => sum + sample.weight * residual(sample), 0) / total;
      assertClose([mean], [0], 1e-9, 'mean residual');
      for (const [i, coefficient] of coefficients.entries()) {
        const slope =
          samples.reduce((sum, sample) => sum + sample.weight * residual(sample) * sample.coalition[i]!, 0) /
          total;
        // The slope of the squares equals the penalty's, or is within it where the coefficient is 0.
        if (coefficient === 0) assert.ok(Math.abs(slope) <= alpha + 1e-9);
        else assertClose([slope], [alpha * Math.sign(coefficient)], 1e-9, 'slope');
      }
    };
    fc.assert(fc.property(tables(1, 5), holds), { numRuns: 40, seed: 1 });
  });

  test('by ridge with hardly any penalty is least squares', () => {
    const table = [0, 1, 2, 4];
    const { coefficients } = fitLocalModel(samplesOf(table), 2, { kind: 'ridge', alpha: 1e-9 });
    assertClose(coefficients, [1.5, 2.5], 1e-8, 'coefficients');
  });

  test('a sample that weighs twice is as good as two', () => {
    const table = [1, -2, 0.5, 3];
    for (const kind of ['lasso', 'ridge'] as const) {
      const model = { kind, alpha: 0.1 };
      const twice = fitLocalModel(
        samplesOf(table, (i) => (i === 2 ? 2 : 1)),
        2,
        model,
      );
      const samples = samplesOf(table);
      const doubled = fitLocalModel([...samples, samples[2]!], 2, model);
      assertClose(twice.coefficients, doubled.coefficients, 1e-9, kind);
    }
  });

  test('explains all of what never changes', () => {
    const { explained, coefficients } = fitLocalModel(samplesOf([2, 2, 2, 2]), 2, {
      kind: 'lasso',
      alpha: 0.01,
    });
    assert.equal(explained, 1);
    assert.deepEqual([...coefficients], [0, 0]);
  });
});
