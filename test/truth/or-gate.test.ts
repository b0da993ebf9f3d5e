import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orGate } from '../../src/truth/or-gate.js';
import { answersOf, assertGolden, near } from './truth-golden.js';

test('the or gate equals the reference', () => assertGolden(orGate));

test('where one word is enough, occlusion finds none of two, and integrated gradients share', async () => {
  for (const { scores } of await answersOf(orGate, 'occlusion', 3))
    for (const score of scores) near(score, 0, 'occlusion');
  for (const { scores, example } of await answersOf(orGate, 'integrated-gradients', 3))
    for (const place of example.needed) assert.ok(scores[place]! > 0.3);
});
