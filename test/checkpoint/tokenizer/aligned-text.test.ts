import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlignedText } from '../../../src/checkpoint/tokenizer/aligned-text.js';
import { unicodeNormalized } from '../../../src/checkpoint/tokenizer/unicode-normalization.js';

function spans(text: AlignedText): string {
  return Array.from({ length: text.length }, (_, unit) => text.span(unit, unit + 1).join('-')).join(' ');
}

test('both halves of a surrogate pair stand for the whole character', () => {
  assert.equal(spans(AlignedText.of('a😀b')), '0-1 1-3 1-3 3-4');
});

test('a replacement stands for all that it replaced, an insertion for nothing', () => {
  const text = AlignedText.of('one  two').replaced([
    { from: 3, to: 5, by: '_' },
    { from: 5, to: 5, by: '+' },
    { from: 6, to: 7, by: '' },
  ]);
  assert.equal(text.text, 'one_+to');
  assert.equal(spans(text), '0-1 1-2 2-3 3-5 5-5 5-6 7-8');
});

test('a slice of a slice keeps its place through a mapping', () => {
  const text = AlignedText.of('xx😀yy')
    .slice(1)
    .slice(1, 4)
    .mapped((character) => `<${character}>`);
  assert.equal(text.text, '<😀><y>');
  assert.equal(spans(text), '2-4 2-4 2-4 2-4 4-5 4-5 4-5');
});

test('what is put before a slice is an empty span at its place', () => {
  assert.equal(spans(AlignedText.of('abc').slice(2).prepended(' ')), '2-2 2-3');
});

test('marks that normalisation joins to a letter are the letter’s; those it leaves keep their own place', () => {
  const text = unicodeNormalized(AlignedText.of('a\u0301\u0302b'), 'NFC');
  assert.equal(text.text, '\u00e1\u0302b');
  assert.equal(spans(text), '0-2 2-3 3-4');
});

test('jamo and halfwidth kana join without being marks', () => {
  assert.equal(spans(unicodeNormalized(AlignedText.of('x\u1112\u1161\u11ab'), 'NFC')), '0-1 1-4');
  assert.equal(spans(unicodeNormalized(AlignedText.of('\uff76\uff9e!'), 'NFKC')), '0-2 2-3');
});
