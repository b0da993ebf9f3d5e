import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { describe, modelName, titleOf } from '../../../src/figures/drawing/description.js';
import { toMatrix } from '../../../src/figures/drawing/matrix.js';
import { exampleAttention, hello } from '../example.js';

suite('description', () => {
  test('a model in a folder is called by the folder, one of the Hub by its id', () => {
    for (const path of [
      '/home/me/models/tiny',
      './tiny/',
      '..\\models\\tiny',
      'C:\\models\\tiny',
      '~/tiny',
    ]) {
      assert.equal(modelName({ model: path }), 'tiny');
    }
    assert.equal(modelName({ model: 'google-bert/bert-base-uncased' }), 'google-bert/bert-base-uncased');
    const precision = {
      weights: 'int8',
      relativeError: 0.01,
      largestError: 0.1,
      rows: 4,
      sameAnswers: 4,
    } as const;
    assert.equal(modelName({ model: 'gpt2', precision }), 'gpt2 (8-bit weights, approximate)');
  });

  test('titles say what is shown', () => {
    const attention = exampleAttention(hello);
    assert.equal(titleOf(attention), 'Attention · layer 0, head 3');
    assert.equal(
      titleOf({ ...attention, options: { layer: 2, head: 'mean' } }),
      'Attention · layer 2, mean over heads',
    );
    assert.equal(titleOf(attention, 'mine'), 'mine');
  });

  test('words tell size, range and the largest cell', () => {
    const matrix = toMatrix({
      values: [
        [0.25, Number.NaN],
        [0.5, 9],
      ],
      rows: ['a', ' b'],
      columns: ['c', 'd'],
    });
    assert.equal(
      describe(matrix, matrix.values, (row, column) => row === 1 && column === 1, true),
      'Heatmap of 2 rows, by 2 columns. Values from 0.25 to 0.5; the largest is in row “·b”, column “c”. 1 cell has no value. The cells are too small for numbers, so none are written.',
    );
  });
});
