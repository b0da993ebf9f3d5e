import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { limeModel } from '../../../src/methods/games/lime.js';
import { assertClose } from '../method-golden.js';
import { ChainGame, TableGame } from './table-game.js';

const settings = { samples: 300, kernelWidth: 1, kind: 'lasso', alpha: 0.01, seed: 1 } as const;

suite('a local model of random coalitions', () => {
  test('finds the terms of a linear game, without error', async () => {
    const table = Array.from({ length: 16 }, (_, i) => 2 * (i & 1) - ((i >> 2) & 1));
    const { coefficients, standardError } = await limeModel(new TableGame(table), {
      ...settings,
      kind: 'ridge',
      alpha: 1e-9,
    });
    assertClose(coefficients, [2, 0, -1, 0], 1e-8, 'coefficients');
    assertClose(standardError, [0, 0, 0, 0], 1e-8, 'errors');
  });

  test('has errors as large as the spread between seeds', async () => {
    const runs = [];
    for (let seed = 0; seed < 60; seed++) runs.push(await limeModel(new ChainGame(6), { ...settings, seed }));
    const first = runs.map(({ coefficients }) => coefficients[1]!);
    const mean = first.reduce((a, b) => a + b, 0) / first.length;
    const spread = Math.sqrt(first.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (first.length - 1));
    const told = runs.reduce((sum, { standardError }) => sum + standardError[1]!, 0) / runs.length;
    // Of 60 runs the spread is known to a tenth, and each error comes from 50 resamples.
    assert.ok(Math.abs(told / spread - 1) < 0.3, `${told} and ${spread}`);
  });

  test('a narrow kernel listens to full coalitions only', async () => {
    // Below five of six players everything is noise.
    const table = Array.from({ length: 64 }, (_, i) => {
      const absent = 6 - i.toString(2).replaceAll('0', '').length;
      return absent <= 1 ? 10 + (i & 1) : (i * 7919) % 31;
    });
    const narrow = await limeModel(new TableGame(table), {
      ...settings,
      samples: 2000,
      kernelWidth: 0.04,
      kind: 'ridge',
      alpha: 1e-6,
    });
    assert.ok(Math.abs(narrow.coefficients[0]! - 1) < 0.2, `${narrow.coefficients[0]}`);
  });

  test('depends on the seed alone', async () => {
    const of = async (seed: number) => limeModel(new ChainGame(6), { ...settings, seed });
    assert.deepEqual(await of(3), await of(3));
    assert.notDeepEqual((await of(3)).coefficients, (await of(4)).coefficients);
  });
});
