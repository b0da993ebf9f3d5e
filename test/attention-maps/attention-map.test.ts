import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { multiplyMaps } from '../../src/attention-maps/attention-map.js';
import { attentionMap, layerMap, mapTensor, normalizeRows } from '../../src/attention-maps/index.js';
import { tensor } from '../../src/tensor/index.js';

suite('attention maps', () => {
  const pattern = tensor('F32', [2, 1, 2], Float32Array.of(0.25, 0.75, 0.5, 0.5));

  test('heads become one by their mean, maximum or minimum', () => {
    assert.deepEqual([...layerMap(pattern).weights], [0.375, 0.625]);
    assert.deepEqual([...layerMap(pattern, 'max').weights], [0.5, 0.75]);
    assert.deepEqual([...layerMap(pattern, 'min').weights], [0.25, 0.5]);
  });

  test('maps become tensors with named axes', () => {
    const map = layerMap(pattern);
    assert.deepEqual(mapTensor(map).axes, ['destination', 'source']);
    assert.deepEqual(mapTensor([map, map]).shape, [2, 1, 2]);
  });

  test('a product follows destinations to sources, of maps that are not square too', () => {
    const product = multiplyMaps(attentionMap(1, 2, [2, 3]), attentionMap(2, 3, [1, 0, 2, 0, 1, 1]));
    assert.deepEqual([...product.weights], [2, 3, 7]);
    assert.throws(() => multiplyMaps(attentionMap(1, 2), attentionMap(1, 2)), RangeError);
  });

  test('rows of zeros stay zero when rows are normalised', () => {
    assert.deepEqual([...normalizeRows(attentionMap(2, 2, [1, 3, 0, 0])).weights], [0.25, 0.75, 0, 0]);
  });

  test('a wrong number of weights or axes is refused', () => {
    assert.throws(() => attentionMap(2, 2, [1]), RangeError);
    assert.throws(() => layerMap(tensor('F32', [1, 2], Float32Array.of(1, 0))), RangeError);
  });
});
