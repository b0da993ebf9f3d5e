import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  fitLabel,
  isolated,
  labelParts,
  labelText,
  labelWidth,
} from '../../../src/figures/drawing/labels.js';
import { textWidth } from '../../../src/figures/drawing/text-width.js';
import { strange, token } from '../example.js';

suite('labels', () => {
  test('a leading space is visible but quiet', () => {
    assert.deepEqual(labelParts(token(' world')), [
      { text: '·', quiet: true },
      { text: 'world', quiet: false },
    ]);
  });

  test('whitespace inside stays as it is', () => assert.equal(labelText('New York '), 'New York·'));

  test('whitespace and nothing at all can be told apart', () => {
    const shown = [' ', '  ', '\n', '\r\n', '\t', '\r', '', '\u00a0'].map(labelText);
    assert.equal(new Set(shown).size, shown.length);
    assert.deepEqual(shown.slice(0, 5), ['·', '··', '↵', '␍↵', '⇥']);
  });

  test('what cannot be seen is named', () => {
    assert.equal(labelText('\u202eabc'), 'U+202Eabc');
    assert.equal(labelText('\u200d'), 'U+200D');
    assert.equal(labelText('\u001b[31m'), 'U+001B[31m');
    assert.equal(labelText('\u0000'), 'U+0000');
    assert.equal(labelText('\ud83d'), 'U+D83D');
    assert.equal(labelText('\ufe0f'), 'U+FE0F');
  });

  test('characters of several code points stay whole', () => {
    assert.equal(labelText('👨‍👩‍👧'), '👨‍👩‍👧');
    assert.equal(labelText('e\u0301'), 'e\u0301');
    assert.equal(labelText('❤️'), '❤️');
    assert.equal(labelText('🇺🇳'), '🇺🇳');
  });

  test('a lone combining mark stands on a dotted circle', () => assert.equal(labelText('\u0301'), '◌\u0301'));

  test('no label is empty', () => {
    for (const text of strange) assert.ok(labelWidth(labelParts(text), 12) > 0, JSON.stringify(text));
  });

  test('long labels are cut to fit, with an ellipsis', () => {
    for (const text of [
      ' internationalization',
      '    x'.repeat(9),
      '你好世界'.repeat(9),
      '👨‍👩‍👧'.repeat(9),
    ]) {
      const cut = fitLabel(labelParts(text), 50, 12);
      assert.ok(labelWidth(cut, 12) <= 50);
      assert.match(cut.at(-1)!.text, /…$/);
      assert.doesNotMatch(cut.at(-1)!.text, /\u200d…$/);
    }
    const whole = labelParts(' abc');
    assert.equal(fitLabel(whole, labelWidth(whole, 12), 12), whole);
  });

  test('the sign for a space stands where reading starts', () => {
    assert.equal(isolated(labelParts(' مرحبا'))[0]?.text, '\u200f·\u200f');
    assert.equal(isolated(labelParts(' abc'))[0]?.text, '·');
  });
});

suite('text width', () => {
  test('is that of the bundled font', () => {
    // Advance widths of Inter Regular at 2048 units per em: H 1520, i 496.
    assert.ok(Math.abs(textWidth('H', 100) - 74.2) < 0.3);
    assert.ok(Math.abs(textWidth('i', 100) - 24.2) < 0.3);
    assert.ok(textWidth('H', 100, 600) > textWidth('H', 100));
  });

  test('wide characters take an em, marks nothing', () => {
    assert.equal(textWidth('你好', 10), 20);
    assert.equal(textWidth('한', 10), 10);
    assert.equal(textWidth('e\u0301', 10), textWidth('e', 10));
    assert.equal(textWidth('\u200e', 10), 0);
    assert.equal(textWidth('👨‍👩‍👧', 10), textWidth('😀', 10));
  });
});
