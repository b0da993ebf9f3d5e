import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { element, escapeText, group } from '../../../src/figures/drawing/svg.js';

suite('SVG builder', () => {
  test('escapes text and attributes', () => {
    const { markup } = element('text', { x: '"\'<>&' }, '<script>]]>&amp;');
    assert.equal(markup, '<text x="&quot;&#39;&lt;&gt;&amp;">&lt;script&gt;]]&gt;&amp;amp;</text>');
  });

  test('replaces what XML cannot carry, and keeps what it can', () => {
    assert.equal(escapeText('a\u0000b\u001bc\ufffed'), 'a\ufffdb\ufffdc\ufffdd');
    assert.equal(escapeText('\ud83d x \ude00'), '\ufffd x \ufffd');
    assert.equal(escapeText('😀\t\n'), '😀\t\n');
  });

  test('rounds to three decimals, without a negative zero', () => {
    const { markup } = element('rect', { x: 1 / 3, y: -0.0001, width: 20, height: undefined });
    assert.equal(markup, '<rect x="0.333" y="0" width="20"/>');
  });

  test('does not escape finished pieces again', () => {
    assert.equal(group([element('g', {}, element('a', {}, '&'))]).markup, '<g><a>&amp;</a></g>');
  });
});
