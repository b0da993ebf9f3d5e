import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { quantizeBand, type RoundedMatrix } from '../../../src/model/quantization/quantize-blocks.js';
import { randomNumbers } from '../../graph/operator-inputs.js';

const empty = (to: number, from: number): RoundedMatrix => ({
  packed: new Uint8Array(to * from),
  scales: new Float32Array((to * from) / 32),
});

/** The matrix that a rounded one stands for, [to, from]. */
const meant = ({ packed, scales }: RoundedMatrix) =>
  Float64Array.from(packed, (byte, i) => (byte - 128) * scales[Math.floor(i / 32)]!);

function randoms(count: number): Float32Array {
  const random = randomNumbers(7);
  return Float32Array.from({ length: count }, () => 4 * random.next().value - 2);
}

suite('rounding to 8 bits', () => {
  const [to, from] = [3, 96];

  test('each number is off by half a step of its block at most, and the largest is a whole 127 steps', () => {
    const values = randoms(to * from);
    const rounded = empty(to, from);
    quantizeBand({ values, columns: from, row: 0 }, 'out-in', from, rounded);
    const back = meant(rounded);
    for (let start = 0; start < values.length; start += 32) {
      const block = values.subarray(start, start + 32);
      const scale = rounded.scales[start / 32]!;
      assert.ok(Math.abs(scale * 127 - Math.max(...block.map(Math.abs))) < 1e-6);
      for (const [i, value] of block.entries())
        assert.ok(Math.abs(back[start + i]! - value) <= scale * 0.50001, `${back[start + i]} for ${value}`);
    }
  });

  test('a matrix stored as [from, to] gives the same as its transpose, in bands of whole blocks', () => {
    const values = randoms(to * from);
    const turned = Float32Array.from(values, (_, i) => values[(i % to) * from + Math.floor(i / to)]!);
    const [whole, banded] = [empty(to, from), empty(to, from)];
    quantizeBand({ values, columns: from, row: 0 }, 'out-in', from, whole);
    for (const row of [0, 64]) {
      const band = turned.subarray(row * to, Math.min(from, row + 64) * to);
      quantizeBand({ values: band, columns: to, row }, 'in-out', from, banded);
    }
    assert.deepEqual(banded, whole);
  });

  test('rows that come later are written behind those before', () => {
    const values = randoms(to * from);
    const [whole, banded] = [empty(to, from), empty(to, from)];
    quantizeBand({ values, columns: from, row: 0 }, 'out-in', from, whole);
    for (const row of [0, 2]) {
      const band = values.subarray(row * from, Math.min(to, row + 2) * from);
      quantizeBand({ values: band, columns: from, row }, 'out-in', from, banded);
    }
    assert.deepEqual(banded, whole);
  });

  test('zeros stay zeros, and a block with a NaN or infinity shows it', () => {
    const values = new Float32Array(96);
    values[40] = Number.NaN;
    values[70] = Number.NEGATIVE_INFINITY;
    const rounded = empty(1, 96);
    quantizeBand({ values, columns: 96, row: 0 }, 'out-in', 96, rounded);
    const back = meant(rounded);
    assert.ok(back.subarray(0, 32).every((value) => value === 0));
    assert.ok(back.subarray(32).every(Number.isNaN));
  });
});
