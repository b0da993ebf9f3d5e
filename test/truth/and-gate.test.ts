import { test } from 'node:test';
import { andGate } from '../../src/truth/and-gate.js';
import { answersOf, assertGolden, near } from './truth-golden.js';

test('the and gate equals the reference', () => assertGolden(andGate));

test('where two words are needed, occlusion gives each of them the whole', async () => {
  for (const { scores, example } of await answersOf(andGate, 'occlusion', 3))
    for (const [i, score] of scores.entries()) near(score, example.needed.includes(i) ? 1 : 0, `word ${i}`);
});
