import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allowedBy, chooseLines, linesOfToken, strongest } from '../../../src/figures/views/head-lines.js';
import { token } from '../example.js';

const first = Float32Array.of(0.75, 0.15, 0.1, 0.05, 0.9, 0.05);
const second = Float32Array.of(0.5, Number.NaN, 0.5, 0, 0, 1);
const all = { rows: 2, columns: 3, allowed: () => true, most: 100 };

/** The lines as `head destination source`. */
function names({ count, head, destination, source }: ReturnType<typeof chooseLines>): string[] {
  return Array.from({ length: count }, (_, i) => `${head[i]} ${destination[i]} ${source[i]}`);
}

suite('lines of a head view', () => {
  test('weights at or above the threshold are drawn, and what they cover is told', () => {
    const lines = chooseLines([first, second], { ...all, threshold: 0.5 });
    assert.deepEqual(names(lines), ['0 0 0', '0 1 1', '1 0 0', '1 0 2', '1 1 2']);
    assert.ok(Math.abs(lines.covered - 3.65 / 4) < 1e-6);
    assert.equal(lines.threshold, 0.5);
    assert.equal(lines.found, 5);
  });

  test('without a threshold, it is the largest that covers 80 %', () => {
    const lines = chooseLines([first], { ...all, threshold: null });
    assert.deepEqual(names(lines), ['0 0 0', '0 1 1']);
    assert.ok(Math.abs(lines.covered - 1.65 / 2) < 1e-6);
    const fewer = chooseLines([first], { ...all, threshold: lines.threshold + 0.001 });
    assert.ok(fewer.covered < 0.8);
  });

  test('where lines are too many, the strongest are drawn', () => {
    const lines = chooseLines([first, second], { ...all, threshold: 0, most: 3 });
    assert.deepEqual(names(lines), ['0 0 0', '0 1 1', '1 1 2']);
    assert.equal(lines.found, 9);
  });

  test('sentences of a pair: only what is allowed is drawn, and counts', () => {
    const tokens = ['a', 'b', 'c'].map((text, i) => ({ ...token(text), segment: i === 2 ? 1 : 0 }) as const);
    const allowed = allowedBy('ab', tokens, tokens);
    const lines = chooseLines([first], { ...all, allowed, threshold: 0 });
    assert.deepEqual(names(lines), ['0 0 2', '0 1 2']);
    assert.equal(lines.covered, 1);
    assert.equal(allowedBy('ba', tokens, tokens)(2, 0), true);
    assert.equal(allowedBy('bb', tokens, tokens)(2, 0), false);
  });

  test('nothing to draw covers nothing', () => {
    const lines = chooseLines([new Float32Array(6)], { ...all, threshold: null });
    assert.deepEqual([lines.count, lines.covered], [0, 0]);
  });

  test('a token has its lines to or from every other', () => {
    assert.deepEqual(names(linesOfToken([first, second], 'destination', 0, all)), [
      ...['0 0 0', '0 0 1', '0 0 2', '1 0 0', '1 0 2'],
    ]);
    assert.deepEqual(names(linesOfToken([first, second], 'source', 2, all)), [
      '0 0 2',
      '0 1 2',
      '1 0 2',
      '1 1 2',
    ]);
  });

  test('the strongest come first, without zeros and what is left out', () => {
    assert.deepEqual(strongest(Float32Array.of(0.1, Number.NaN, 0, 0.7), 3), [3, 0]);
  });
});
