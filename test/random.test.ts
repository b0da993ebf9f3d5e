import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { randomOf } from '../src/random.js';

const seeds = Array.from({ length: 2000 }, (_, seed) => seed);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

suite('random numbers', () => {
  test('the first number of one seed says nothing about that of the next', () => {
    const first = seeds.map((seed) => randomOf(seed).uniform() - 0.5);
    const products = first.slice(1).map((value, i) => value * first[i]!);
    assert.ok(Math.abs(mean(first)) < 0.02, `mean ${mean(first)}`);
    assert.ok(Math.abs(mean(products)) < 0.01, `covariance ${mean(products)}`);
    assert.ok(Math.abs(mean(first.map((value) => value ** 2)) - 1 / 12) < 0.01);
  });

  test('normal numbers have mean 0 and deviation 1', () => {
    const random = randomOf(1);
    const values = seeds.map(() => random.normal());
    assert.ok(Math.abs(mean(values)) < 0.07);
    assert.ok(Math.abs(mean(values.map((value) => value ** 2)) - 1) < 0.1);
  });

  test('permutations hold every number once, each place equally likely', () => {
    const places = [0, 0, 0, 0];
    for (const seed of seeds) {
      const order = randomOf(seed).permutation(4);
      assert.deepEqual(order.toSorted(), [0, 1, 2, 3]);
      places[order.indexOf(0)]! += 1;
    }
    assert.ok(
      places.every((count) => Math.abs(count - 500) < 100),
      String(places),
    );
  });

  test('whole numbers stay below their bound, and the same seed gives the same', () => {
    const [one, two] = [randomOf(5), randomOf(5)];
    for (let i = 0; i < 100; i++) {
      const value = one.below(7);
      assert.ok(Number.isInteger(value) && value >= 0 && value < 7);
      assert.equal(two.below(7), value);
    }
  });
});
