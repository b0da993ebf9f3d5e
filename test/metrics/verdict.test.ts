import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Game, testExplanation, verdictRule } from '../../src/metrics/index.js';
import { randomOf } from '../../src/random.js';

/** A target that is the sum of the weights of the features that are present. */
function additiveGame(weights: readonly number[]): Game {
  return {
    size: weights.length,
    values: async (coalitions) =>
      Float64Array.from(coalitions, (coalition) =>
        weights.reduce((sum, weight, i) => sum + weight * coalition[i]!, 0),
      ),
  };
}

/** Weights as in a real text: a few large, many small, of both signs. */
function randomWeights(seed: number, size: number): number[] {
  const random = randomOf(seed);
  return Array.from({ length: size }, () => (2 * random.uniform() - 1) ** 3);
}

const trials = 100;
const size = 12;

suite('verdict', () => {
  test('the true weights of additive games are supported', async () => {
    let supported = 0;
    for (let seed = 0; seed < trials; seed++) {
      const weights = randomWeights(seed, size);
      const { conclusion } = await testExplanation(weights, { game: additiveGame(weights) }, { seed });
      assert.notEqual(conclusion, 'not supported');
      supported += Number(conclusion === 'supported');
    }
    assert.ok(supported >= 0.97 * trials, `${supported} of ${trials}`);
  });

  test('random scores are seldom supported', async () => {
    let supported = 0;
    let refuted = 0;
    for (let seed = 0; seed < trials; seed++) {
      const scores = randomWeights(seed + trials, size);
      const game = additiveGame(randomWeights(seed, size));
      const { conclusion } = await testExplanation(scores, { game }, { seed });
      supported += Number(conclusion === 'supported');
      refuted += Number(conclusion === 'not supported');
    }
    assert.ok(supported <= 0.1 * trials, `${supported} of ${trials} supported`);
    assert.ok(refuted >= 0.5 * trials, `${refuted} of ${trials} not supported`);
  });

  test('of five features too, and of a target that needs three at once', async () => {
    let supported = 0;
    for (let seed = 0; seed < trials; seed++) {
      const weights = randomWeights(seed, 5);
      const { conclusion } = await testExplanation(weights, { game: additiveGame(weights) }, { seed });
      supported += Number(conclusion === 'supported');
    }
    assert.ok(supported >= 0.9 * trials, `${supported} of ${trials}`);
    let byChance = 0;
    for (let seed = 0; seed < 3 * trials; seed++) {
      const game = additiveGame(randomWeights(seed, 5));
      const { conclusion } = await testExplanation(randomWeights(seed + 3 * trials, 5), { game });
      byChance += Number(conclusion === 'supported');
    }
    assert.ok(byChance <= 0.05 * 3 * trials, `${byChance} of ${3 * trials} random ones`);
    const needed = [1, 0.9, 0, 0, 1.1, 0.01, 0, -0.01];
    const all: Game = {
      size: needed.length,
      values: async (coalitions) =>
        Float64Array.from(coalitions, (each) =>
          Number(needed.every((weight, i) => weight < 0.5 || each[i] === 1)),
        ),
    };
    assert.equal((await testExplanation(needed, { game: all })).conclusion, 'supported');
  });

  test('of one feature that decides among ten it cannot tell: each tenth random ranking names it too', async () => {
    const weights = Array.from({ length: 10 }, (_, i) => (i === 3 ? 1 : 0));
    const { because } = await testExplanation(weights, { game: additiveGame(weights) }, { depth: 'full' });
    assert.ok(because.code === 'ranking' && because.better + because.equal === 99 && because.equal > 2);
  });

  test('scores in reverse are not supported', async () => {
    const weights = [5, -3, 2, 1, -1, 0.5];
    const reversed = weights.map((weight) => -weight);
    const { conclusion, rule } = await testExplanation(reversed, { game: additiveGame(weights) });
    assert.equal(conclusion, 'not supported');
    assert.equal(rule, verdictRule);
  });

  test('too few features, or a target that does not move, are inconclusive', async () => {
    const few = await testExplanation([3, 2, 1], { game: additiveGame([3, 2, 1]) });
    assert.equal(few.conclusion, 'inconclusive');
    assert.deepEqual(few.because, { code: 'few-features', features: 3, needed: 5 });
    assert.match(few.reason, /3 features/);
    const flat = await testExplanation([5, 4, 3, 2, 1], { game: additiveGame([0, 0, 0, 0, 0]) });
    assert.equal(flat.conclusion, 'inconclusive');
    assert.equal(flat.because.code, 'still-target');
    assert.match(flat.reason, /hardly moves/);
  });

  test('a full test has every metric that the model allows, curves with a random band', async () => {
    const weights = [4, -3, 2, 1, 0];
    const game = additiveGame(weights);
    const all = await testExplanation(
      weights,
      { game, logProbability: game, margin: game },
      { depth: 'full' },
    );
    assert.equal(all.measures.length, 9);
    const curve = all.measures.find(({ metric }) => metric === 'deletion')!;
    assert.deepEqual(
      curve.curve!.map(({ value }) => value),
      [4, 0, -2, -3, -3, 0],
    );
    assert.equal(curve.random!.seeds, 119);
    assert.equal(curve.random!.curve!.length, 6);
    const some = await testExplanation(weights, { game }, { depth: 'full' });
    assert.equal(some.measures.length, 7);
  });

  test('the same seed gives the same verdict to the last bit', async () => {
    const weights = randomWeights(3, size);
    const once = () => testExplanation(weights, { game: additiveGame(weights) }, { seed: 7 });
    assert.deepEqual(await once(), await once());
  });
});
