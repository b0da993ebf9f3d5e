import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { TextStream } from '../../../src/model/generation/text-stream.js';

const encoder = new TextEncoder();

/** A vocabulary of bytes: the id is the byte. */
const bytes = (ids: readonly number[]) => new TextDecoder('utf-8').decode(Uint8Array.from(ids));

/** Words, of which a decoder writes the first without its space. */
const words = (ids: readonly number[]) => ids.map((id) => `w${id}`).join(' ');

function read(decode: (ids: readonly number[]) => string, before: readonly number[], ids: readonly number[]) {
  const stream = new TextStream(decode, before);
  return [...ids.map((id) => stream.push(id)), stream.flush()];
}

suite('text that comes token by token', () => {
  test('is never cut inside a character', () => {
    assert.deepEqual(read(bytes, [], [...encoder.encode('aé👍')]), ['a', '', 'é', '', '', '', '👍', '']);
  });

  test('is the whole text, however it is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, text) => {
        const pieces = read(bytes, [...encoder.encode(before)].slice(-5), [...encoder.encode(text)]);
        assert.equal(pieces.join(''), text);
        for (const piece of pieces) assert.doesNotMatch(piece, /\ufffd/);
      }),
      { seed: 1 },
    );
  });

  test('goes on after what stood before: the space stays', () => {
    assert.deepEqual(read(words, [1], [2, 3]), [' w2', ' w3', '']);
  });

  test('shows a character that the text before began', () => {
    const [first, ...rest] = [...encoder.encode('é')];
    assert.deepEqual(read(bytes, [97, first!], [...rest, 98]), ['é', 'b', '']);
  });

  test('shows bytes that are no character once that is certain, at the latest in the end', () => {
    assert.deepEqual(read(bytes, [], [0xc3, 97]), ['', '\ufffda', '']);
    assert.deepEqual(read(bytes, [], [97, 0xc3]), ['a', '', '\ufffd']);
  });
});
