import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plantedToken } from '../../src/truth/planted-token.js';
import { assertGolden, hitsOf } from './truth-golden.js';

test('the model with a planted token equals the reference', () => assertGolden(plantedToken));

test('the planted token is found by occlusion and by integrated gradients', async () => {
  for (const method of ['occlusion', 'integrated-gradients'])
    assert.ok((await hitsOf(plantedToken, method, 20)) >= 0.9, method);
});
