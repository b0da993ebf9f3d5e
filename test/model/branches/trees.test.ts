import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { growTrees } from '../../../src/model/branches/trees.js';

suite('trees of sequences that begin alike', () => {
  const rows = [
    [1, 2, 3],
    [1, 2, 4],
    [5, 2, 3],
    [1, 2, 3],
    [1, 2],
  ];

  test('hold each beginning once, and each sequence as a path', () => {
    const trees = growTrees(rows, 100);
    const spelled = trees.flatMap(({ steps, paths }) =>
      paths.map(({ row, nodes }) => [row, ...nodes.map((node) => steps[node]!)]),
    );
    assert.deepEqual(
      spelled.toSorted((a, b) => a[0]! - b[0]!),
      rows.map((steps, row) => [row, ...steps]),
    );
    assert.deepEqual(
      trees.map(({ steps }) => steps),
      [
        [1, 2, 3, 4, 5, 2, 3],
        [1, 2],
      ],
      'sequences of two lengths are apart',
    );
    assert.deepEqual(trees[0]!.parents, [-1, 0, 1, 1, -1, 4, 5]);
    assert.deepEqual(trees[0]!.depths, [0, 1, 2, 2, 0, 1, 2]);
  });

  test('are no larger than they may be, but for a sequence alone', () => {
    const sizes = growTrees(rows, 4).map(({ steps }) => steps.length);
    assert.deepEqual(sizes, [4, 3, 2]);
    assert.deepEqual(
      growTrees(rows.slice(0, 2), 2).map(({ steps }) => steps.length),
      [3, 3],
    );
  });
});
