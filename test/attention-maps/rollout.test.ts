import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { rollout, rowOf } from '../../src/attention-maps/index.js';
import { assertClose } from '../methods/method-golden.js';
import { layers, three } from './golden-maps.js';

/** A few products of doubles. */
const tolerance = 1e-12;

suite('rollout', () => {
  test('equals the published code', () => {
    const expected = [1, 0, 0, 0.335, 0.665, 0, 0.35, 0.18125, 0.46875];
    assertClose(rollout(layers).at(-1)!.weights, expected, tolerance, 'rollout');
  });

  test('gives a map for each layer from the one it starts at, with rows that sum to 1', () => {
    const maps = rollout(layers);
    assert.equal(maps.length, 2);
    assertClose(maps[0]!.weights, [1, 0, 0, 0.3, 0.7, 0, 0.1, 0.15, 0.75], tolerance, 'first layer');
    const [only, ...others] = rollout(layers, { start: 1 });
    assert.equal(others.length, 0);
    assertClose(only!.weights, [1, 0, 0, 0.05, 0.95, 0, 0.25, 0.125, 0.625], tolerance, 'second layer');
    for (const map of [...maps, only!]) {
      for (let row = 0; row < 3; row++)
        assertClose([rowOf(map, row).reduce((a, b) => a + b)], [1], tolerance, 'row sum');
    }
  });

  test('rows that do not sum to 1, as the maximum over heads gives them, are divided by their sums', () => {
    const [map] = rollout([three(3, 0, 0, 1, 1, 0, 1, 1, 1)]);
    assertClose(map!.weights, [1, 0, 0, 1 / 3, 2 / 3, 0, 0.25, 0.25, 0.5], tolerance, 'normalised');
  });

  test('the share of the residual connection goes from attention alone to the identity', () => {
    assertClose(
      rollout(layers, { residual: 1 }).at(-1)!.weights,
      [1, 0, 0, 0, 1, 0, 0, 0, 1],
      tolerance,
      'all',
    );
    assertClose(rollout([layers[0]!], { residual: 0 })[0]!.weights, layers[0]!.weights, tolerance, 'none');
  });
});
