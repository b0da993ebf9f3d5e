import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { patternsOf } from '../../../src/figures/drawing/patterns.js';
import { decodePatterns } from '../../../src/figures/page/decode.js';
import { encodePatterns } from '../../../src/figures/page/encode.js';
import type { Payload } from '../../../src/figures/page/payload.js';
import { crossAttention, exampleAttention } from '../example.js';

const texts = (count: number) => Array.from({ length: count }, (_, index) => String(index));

/** Encodes and decodes; gives the largest difference and the encoding. */
function roundTrip(count: number, layers: number, heads: number, causal: boolean) {
  const attention = exampleAttention(texts(count), { layers, heads, causal });
  const encoded = encodePatterns(patternsOf(attention));
  const payload: Payload = {
    ...encoded,
    tokens: texts(count).map((text) => [[text, false]]),
    layers: texts(layers),
    heads: texts(heads),
    start: { layer: 0, head: 0 },
    colors: { light: '', dark: '' },
  };
  const patternOf = decodePatterns(payload);
  let worst = 0;
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      const start = (layer * heads + head) * count * count;
      for (const [i, value] of patternOf(layer, head).entries()) {
        if (causal && i % count > Math.floor(i / count)) assert.ok(Number.isNaN(value));
        else worst = Math.max(worst, Math.abs(value - attention.values.data[start + i]!));
      }
    }
  }
  return { worst, encoding: encoded.encoding, causal: encoded.causal };
}

suite('patterns in a page', () => {
  test('small ones are exact', () => {
    assert.deepEqual(roundTrip(5, 3, 2, false), { worst: 0, encoding: 'f32', causal: false });
    assert.deepEqual(roundTrip(5, 3, 2, true), { worst: 0, encoding: 'f32', causal: true });
    assert.deepEqual(roundTrip(1, 1, 1, true), { worst: 0, encoding: 'f32', causal: false });
  });

  // Rounding to the nearest step is off by at most half a step; float32 adds less than 1e-7.
  test('larger ones are rounded to 12 bits', () => {
    for (const causal of [false, true]) {
      // 71 tokens: an odd number of values in a head, so that pairs cross from one head to the next.
      const { worst, encoding } = roundTrip(71, 7, 11, causal);
      assert.equal(encoding, 'u12');
      assert.ok(worst <= 0.5 / 4095 + 1e-7, `${worst}`);
    }
  });

  test('the largest to 8 bits', () => {
    const { worst, encoding } = roundTrip(160, 10, 10, false);
    assert.equal(encoding, 'u8');
    assert.ok(worst <= 0.5 / 255 + 1e-7, `${worst}`);
  });

  test('a page too large for a browser is refused', () => {
    const count = 128;
    const patterns = {
      layers: texts(50),
      heads: texts(50),
      rows: count,
      count,
      data: new Float32Array(50 * 50 * count * count),
    };
    patterns.data.fill(1 / count);
    assert.throws(() => encodePatterns(patterns), {
      code: 'bad-input',
      message: /50 layers .* 53 MB; choose one layer/,
    });
  });

  test('destinations may be others than the sources', () => {
    const attention = crossAttention();
    const encoded = encodePatterns(patternsOf(attention));
    assert.equal(encoded.causal, false);
    const pieces = (count: number) => texts(count).map((text) => [[text, false]] as const);
    const payload: Payload = {
      ...encoded,
      ...{ tokens: pieces(3), destinations: pieces(2), layers: texts(2), heads: texts(2) },
      ...{ start: { layer: 0, head: 0 }, colors: { light: '', dark: '' } },
    };
    assert.deepEqual(decodePatterns(payload)(1, 0), attention.values.data.slice(12, 18));
    const { destinationTokens: _, ...without } = attention;
    assert.throws(() => patternsOf(without), { code: 'bad-input', message: /as long as the 3 tokens/ });
  });

  test('numbers that are no attention are refused rather than clamped', () => {
    const attention = exampleAttention(texts(160), { layers: 10, heads: 10 });
    attention.values.data[5] = 1.5;
    assert.throws(() => encodePatterns(patternsOf(attention)), { code: 'bad-input', message: /1\.5/ });
    attention.values.data[5] = Number.NaN;
    assert.throws(() => encodePatterns(patternsOf(attention)), { code: 'bad-input', message: /NaN/ });
  });
});
