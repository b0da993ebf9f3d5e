import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { leavesOf, nestedTree } from '../../../src/methods/games/tree.js';

suite('a tree of features', () => {
  test('is halved where there are no groups', () => {
    assert.deepEqual(nestedTree(5, []), [
      [[0, 1], 2],
      [3, 4],
    ]);
  });

  test('joins words first, then sentences', () => {
    const words = [0, 0, 1, 2, 2, 2];
    const sentences = [0, 0, 0, 1, 1, 1];
    assert.deepEqual(nestedTree(6, [words, sentences]), [
      [[0, 1], 2],
      [[3, 4], 5],
    ]);
  });

  test('leaves features without a group alone, and joins neighbours only', () => {
    assert.deepEqual(nestedTree(4, [[7, undefined, 7, 7]]), [
      [0, 1],
      [2, 3],
    ]);
    assert.equal(nestedTree(1, []), 0);
  });

  test('has its leaves in order', () => {
    assert.deepEqual(leavesOf([[3, [0, 2]], 1]), [3, 0, 2, 1]);
  });
});
