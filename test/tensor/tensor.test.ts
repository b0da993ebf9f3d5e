import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  at,
  bytesPerElement,
  dataArrays,
  dataTypes,
  elementCount,
  tensor,
  zeros,
} from '../../src/tensor/index.js';

const cube = tensor(
  'F32',
  [2, 3, 2],
  Float32Array.from({ length: 12 }, (_, i) => i),
  ['a', 'b', 'c'],
);

test('a scalar has one element, an empty axis none', () => {
  assert.equal(elementCount([]), 1);
  assert.equal(elementCount([3, 0, 2]), 0);
  assert.equal(elementCount([3, 7]), 21);
});

test('data and axis names must fit the shape', () => {
  assert.throws(() => tensor('F32', [2, 3], new Float32Array(5)), {
    name: 'RangeError',
    message: 'a tensor of shape [2,3] needs 6 elements, not 5',
  });
  assert.throws(() => tensor('F32', [2], new Float32Array(2), ['a', 'b']), /needs 1 axis names, not 2/);
});

test('each type has an array whose elements have its size', () => {
  for (const dtype of dataTypes) {
    assert.equal(dataArrays[dtype].BYTES_PER_ELEMENT, bytesPerElement[dtype], dtype);
    assert.equal(zeros(dtype, [2, 3]).data.length, 6);
  }
});

test('at takes a row of the first axis, on the same memory', () => {
  const row = at(cube, 1);
  assert.deepEqual(row, tensor('F32', [3, 2], Float32Array.of(6, 7, 8, 9, 10, 11), ['b', 'c']));
  assert.equal(row.data.buffer, cube.data.buffer);
  assert.deepEqual([...at(at(row, 2), 1).data], [11]);
  assert.deepEqual(at(at(row, 2), 1).shape, []);
});

test('at refuses what is outside the axis', () => {
  for (const index of [-1, 2, 0.5, Number.NaN])
    assert.throws(() => at(cube, index), {
      name: 'RangeError',
      message: /outside the first axis of shape \[2,3,2\]/,
    });
  assert.throws(() => at(tensor('F32', [], Float32Array.of(1)), 0), RangeError);
});
