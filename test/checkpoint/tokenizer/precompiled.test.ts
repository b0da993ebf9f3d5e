import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlignedText } from '../../../src/checkpoint/tokenizer/aligned-text.js';
import { graphemeClusters } from '../../../src/checkpoint/tokenizer/grapheme-clusters.js';
import { makeNormalizer } from '../../../src/checkpoint/tokenizer/normalizers.js';
import { PellucidError } from '../../../src/errors.js';

/** A charsmap of which the trie has the given units, in Base64. */
function charsmap(units: readonly number[], texts: string, size = 4 * units.length): string {
  const bytes = new Uint8Array(4 + 4 * units.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, size, true);
  for (const [index, unit] of units.entries()) view.setUint32(4 + 4 * index, unit, true);
  return Buffer.concat([bytes, Buffer.from(texts, 'latin1')]).toString('base64');
}

/** Units of a trie that replaces `a` by the text at `place`. */
function replacingA(place: number): number[] {
  const units = new Array<number>(256).fill(0);
  units[0x61] = 0x61 | 0x100 | (1 << 10);
  units[0x60] = (0x80000000 | place) >>> 0;
  return units;
}

const normalize = (map: unknown, text: string): AlignedText =>
  makeNormalizer({ type: 'Precompiled', precompiled_charsmap: map })(AlignedText.of(text));

test('a sequence of the map is replaced, and keeps its place', () => {
  const found = normalize(charsmap(replacingA(2), 'x\0yz\0'), 'bab');
  assert.equal(found.text, 'byzb');
  assert.deepEqual(
    [found.span(1, 2), found.span(2, 3)],
    [
      [1, 2],
      [1, 2],
    ],
  );
});

test('the shortest sequence that fits decides for a whole cluster, as in the Rust library', () => {
  assert.equal(normalize(charsmap(replacingA(0), 'x\0'), 'a\u0301b').text, 'xb');
  // A cluster of more than five bytes is taken character by character.
  assert.equal(
    normalize(charsmap(replacingA(0), 'x\0'), 'a\u0301\u0301\u0301b').text,
    'x\u0301\u0301\u0301b',
  );
});

test('what is removed from the beginning goes with the character after it', () => {
  const found = normalize(charsmap(replacingA(0), '\0'), 'aabc');
  assert.equal(found.text, 'bc');
  assert.deepEqual([found.span(0, 1), found.span(1, 2), found.start], [[0, 3], [3, 4], 0]);
  assert.equal(normalize(charsmap(replacingA(0), '\0'), 'aa').text, '');
});

for (const [what, map] of [
  ['no text', 7],
  ['no Base64', '%%%'],
  ['nothing', ''],
  ['a trie longer than the map', charsmap([0], 'x', 4000)],
  ['an empty trie', charsmap([], 'x', 0)],
] as const) {
  test(`${what} is refused when the tokenizer is opened`, () => {
    assert.throws(
      () => makeNormalizer({ type: 'Precompiled', precompiled_charsmap: map }),
      (error) => error instanceof PellucidError && /precompiled_charsmap/.test(error.message),
    );
  });
}

for (const [what, map] of [
  ['a place beside the texts', charsmap(replacingA(99), 'x\0')],
  ['a text that is no UTF-8', charsmap(replacingA(0), '\xff\0')],
  ['a text of any length', charsmap(replacingA(0), 'x'.repeat(5000))],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(
      () => normalize(map, 'a'),
      /precompiled_charsmap in tokenizer\.json has no text of at most 300/,
    );
  });
}

test('a trie of anything gives a text or one clear error', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(0xffffffff), { minLength: 1, maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
      (units, text) => {
        try {
          assert.ok(normalize(charsmap(units, 'abc\0def'), text).length <= 300 * (text.length + 1));
        } catch (error) {
          assert.ok(error instanceof PellucidError, String(error));
        }
      },
    ),
  );
});

test('clusters are those of the whole text', () => {
  const whole = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const parts = fc.constantFrom(
    'a',
    'é',
    '\u0301',
    '\r',
    '\n',
    'ก',
    'ำ',
    '한',
    '\u1100',
    '\u1161',
    '👩',
    '\u200d',
    '🇩',
    '\u0600',
    'क',
    '\u094d',
    '𠀀',
    'ｶ',
    'ﾞ',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 20 }), (all) => {
      const text = all.join('');
      assert.deepEqual(
        [...graphemeClusters(text)].map(([from, to]) => text.slice(from, to)),
        [...whole.segment(text)].map(({ segment }) => segment),
      );
    }),
    { numRuns: 1000 },
  );
});
