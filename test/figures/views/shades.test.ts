import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { paintShades, pixelTable, shadesOf } from '../../../src/figures/views/shades.js';

const values = Float32Array.of(0, 0.0001, 0.02, 0.5, 0.5, 1);

suite('colour scales of views', () => {
  test('linear shades are in proportion', () => {
    assert.deepEqual([...shadesOf(values, 'linear', 1)], [0, 0, 5, 128, 128, 255]);
    assert.deepEqual([...shadesOf(values, 'linear', 0)], [0, 0, 0, 0, 0, 0]);
  });

  test('logarithmic shades cover four powers of ten', () => {
    assert.deepEqual([...shadesOf(values, 'log', 1)], [0, 0, 147, 236, 236, 255]);
  });

  test('by rank, equal weights have equal shades and zeros have none', () => {
    assert.deepEqual([...shadesOf(values, 'rank', 1)], [0, 51, 102, 204, 204, 255]);
  });

  test('values without a number are transparent', () => {
    const pixels = new Uint32Array(2);
    const given = Float32Array.of(Number.NaN, 1);
    const table = pixelTable('greys');
    paintShades(pixels, given, shadesOf(given, 'linear', 1), table);
    assert.equal(pixels[0], 0);
    assert.deepEqual([...new Uint8Array(table.buffer, 1020)], [0, 0, 0, 255]);
  });
});
