import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { StopStrings } from '../../../src/model/generation/stop-strings.js';

function read(strings: readonly string[], pieces: readonly string[]) {
  const stops = new StopStrings(strings);
  let text = '';
  for (const piece of pieces) {
    const next = stops.push(piece);
    text += next.text;
    if (next.found) return { text, found: true };
  }
  return { text: text + stops.flush(), found: false };
}

suite('stop strings', () => {
  test('are found across pieces, and what stands before is kept', () => {
    assert.deepEqual(read(['END'], ['a E', 'N', 'Db']), { text: 'a ', found: true });
    assert.deepEqual(read(['aab'], ['aa', 'ab']), { text: 'a', found: true });
  });

  test('what only looks like one is given out', () => {
    const stops = new StopStrings(['END', 'no']);
    assert.deepEqual(stops.push('xEN'), { text: 'x', found: false });
    assert.deepEqual(stops.push('n'), { text: 'EN', found: false });
    assert.equal(stops.flush(), 'n');
    assert.equal(stops.flush(), '');
  });

  test('one of several ends the text, wherever it is cut', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    const strings = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 5 }), strings, (pieces, stops) => {
        const whole = pieces.join('');
        const found = read(stops, pieces);
        const places = stops.map((stop) => whole.indexOf(stop)).filter((place) => place >= 0);
        assert.equal(found.found, places.length > 0);
        if (places.length === 0) assert.equal(found.text, whole);
        // A longer string that began earlier may end in a later piece than one that is whole already.
        else
          assert.ok(
            whole.startsWith(found.text) && stops.some((stop) => whole.startsWith(found.text + stop)),
          );
      }),
      { seed: 1 },
    );
  });

  test('an empty one is refused', () => {
    assert.throws(() => new StopStrings(['']), { code: 'bad-input' });
  });
});
