import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PackedAttention } from '../../../src/figures/index.js';
import { findMask } from '../../../src/figures/views/mask.js';
import {
  aggregate,
  packAttention,
  patternAt,
  readPatterns,
  weightAt,
} from '../../../src/figures/views/patterns.js';
import { maxPool } from '../../../src/figures/views/pool.js';
import { hiddenMass, hiddenSources, leaveOut, sameSink } from '../../../src/figures/views/sink.js';
import { crossAttention, exampleAttention, hello, story } from '../example.js';

const causal = exampleAttention(story, { layers: 2, heads: 3, causal: true });
const both = exampleAttention(hello, { layers: 2, heads: 2 });
const none = { hidden: null, sink: undefined };

suite('patterns of attention', () => {
  test('packed values are within half a step, and causal ones are triangles', () => {
    const whole = readPatterns(causal);
    const packed = packAttention(causal);
    assert.equal(packed.triangular, true);
    assert.equal(packed.values.length, (6 * story.length * (story.length + 1)) / 2);
    const read = readPatterns(packed);
    for (let index = 0; index < 6; index++) {
      const [expected, actual] = [patternAt(whole, index), patternAt(read, index)];
      for (const [i, value] of expected.entries()) assert.ok(Math.abs(value - actual[i]!) <= 0.51 / 65535);
    }
    assert.equal(weightAt(read, 4, 2, 5), 0);
    assert.ok(Math.abs(weightAt(read, 4, 5, 2) - weightAt(whole, 4, 5, 2)) <= 0.51 / 65535);
  });

  test('cross attention keeps its two lengths', () => {
    const read = readPatterns(packAttention(crossAttention()));
    assert.deepEqual([read.rows, read.columns, read.triangular], [2, 3, false]);
    assert.ok(Math.abs(weightAt(read, 1, 0, 2) - crossAttention().values.data[8]!) < 1e-4);
  });

  test('packed values of another length are refused', () => {
    const packed = packAttention(both);
    const short: PackedAttention = { ...packed, values: packed.values.slice(1) };
    assert.throws(() => readPatterns(short), { code: 'bad-input', message: /144 values, but 143/ });
  });

  test('values that are no attention are not packed', () => {
    const data = both.values.data.slice();
    data[5] = Number.NaN;
    const bad = { ...both, values: { ...both.values, data } };
    assert.throws(() => packAttention(bad), { code: 'bad-input', message: /NaN/ });
  });

  test('mean and largest of heads go cell by cell', () => {
    const read = readPatterns(both);
    const [a, b] = [patternAt(read, 1), patternAt(read, 2)];
    const mean = aggregate(read, [1, 2], 'mean');
    const max = aggregate(read, [1, 2], 'max');
    for (let i = 0; i < a.length; i++) {
      assert.ok(Math.abs(mean[i]! - (a[i]! + b[i]!) / 2) < 1e-7);
      assert.equal(max[i], Math.max(a[i]!, b[i]!));
    }
  });
});

suite('pooling', () => {
  for (const [name, attention] of [
    ['whole', both],
    ['causal and packed', packAttention(causal)],
  ] as const) {
    test(`each cell has the largest weight it stands for: ${name}`, () => {
      const read = readPatterns(attention);
      const values = patternAt(read, 3);
      for (const [width, height] of [
        [4, 3],
        [1, 1],
        [read.columns, read.rows],
      ] as const) {
        const pooled = maxPool(read, 3, width, height);
        assert.equal(Math.max(...pooled), Math.max(...values));
        const expected = new Float32Array(width * height);
        for (let i = 0; i < values.length; i++) {
          const x = Math.floor(((i % read.columns) * width) / read.columns);
          const y = Math.floor((Math.floor(i / read.columns) * height) / read.rows);
          expected[y * width + x] = Math.max(expected[y * width + x]!, values[i]!);
        }
        assert.deepEqual(pooled, expected);
      }
    });
  }

  test('left-out sources are not pooled, and renormalised rows are those of the matrix', () => {
    const read = readPatterns(both);
    const sink = { sources: 'special', mode: 'renormalise' } as const;
    const hidden = hiddenSources(read.sources, sink)!;
    const pooled = maxPool(read, 0, 6, 6, { hidden, sink });
    const values = patternAt(read, 0);
    leaveOut(values, 6, hidden, sink);
    for (const [i, value] of values.entries()) {
      assert.ok(Math.abs(pooled[i]! - (Number.isNaN(value) ? 0 : value)) < 1e-6);
    }
    assert.notDeepEqual(pooled, maxPool(read, 0, 6, 6, none));
  });
});

suite('sinks', () => {
  test('special tokens or the first are left out; the hidden mass is their share', () => {
    const read = readPatterns(both);
    assert.deepEqual(
      [...hiddenSources(read.sources, { sources: 'special', mode: 'hide' })!],
      [1, 0, 0, 0, 0, 1],
    );
    assert.deepEqual(
      [...hiddenSources(read.sources, { sources: 'first', mode: 'hide' })!],
      [1, 0, 0, 0, 0, 0],
    );
    assert.equal(hiddenSources(read.sources, { sources: 'first', mode: 'include' }), null);
    assert.equal(hiddenSources(readPatterns(causal).sources, { sources: 'special', mode: 'hide' }), null);
    const hidden = hiddenSources(read.sources, { sources: 'special', mode: 'hide' })!;
    const values = patternAt(read, 1);
    let share = 0;
    for (let row = 0; row < 6; row++) share += (values[row * 6]! + values[row * 6 + 5]!) / 6;
    assert.ok(Math.abs(hiddenMass(read, [1], hidden) - share) < 1e-6);
    assert.ok(Math.abs(leaveOut(values, 6, hidden, { sources: 'special', mode: 'hide' }) - share) < 1e-6);
  });

  test('renormalised rows sum to 1; a row that only looks at the sink has nothing left', () => {
    const read = readPatterns(causal);
    const sink = { sources: 'first', mode: 'renormalise' } as const;
    const values = patternAt(read, 2);
    leaveOut(values, story.length, hiddenSources(read.sources, sink)!, sink);
    for (let row = 0; row < story.length; row++) {
      const rest = values.subarray(row * story.length + 1, (row + 1) * story.length);
      if (row === 0) assert.ok(rest.every(Number.isNaN));
      else assert.ok(Math.abs(rest.reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
    }
  });
});

suite('settings of a sink', () => {
  test('are compared by what they say', () => {
    const hide = { sources: 'first', mode: 'hide' } as const;
    assert.equal(sameSink(hide, { ...hide }), true);
    assert.equal(sameSink(undefined, { sources: 'first', mode: 'include' }), true);
    assert.equal(sameSink(hide, { ...hide, sources: 'special' }), false);
    assert.equal(sameSink(hide, undefined), false);
  });
});

suite('masks', () => {
  test('a causal mask and a sliding window are found, other patterns are not', () => {
    const count = story.length;
    const values = patternAt(readPatterns(causal), 0);
    assert.deepEqual(findMask(values, count, count), { kind: 'causal', window: null });
    const banded = values.map((value, i) => (((i / count) | 0) - (i % count) < 4 ? value : 0));
    assert.deepEqual(findMask(banded, count, count), { kind: 'sliding window', window: 4 });
    banded[9 * count + 6] = 0;
    assert.deepEqual(findMask(banded, count, count), { kind: 'causal', window: null });
    assert.equal(findMask(patternAt(readPatterns(both), 0), 6, 6), null);
    assert.equal(findMask(new Float32Array(6), 2, 3), null);
  });
});
