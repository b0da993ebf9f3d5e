import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { matchesOf, patternOf } from '../../../src/checkpoint/tokenizer/pattern.js';

const regex = (Regex: string) => patternOf({ type: 'Split', pattern: { Regex } });
const cut = (pattern: string, text: string) =>
  matchesOf(text, regex(pattern)).map(([from, to]) => text.slice(from, to));

suite('a pattern whose search could take forever is refused', () => {
  const endless = [
    ...['(a+)+$', '(a|a)*b', '(.*a){20}b', '(a*){2,}b', '((a+)b?)*c', '(?:a|b|ab){9}c'],
    ...['(aa?)*b', '(a{1,2})+b', '((a|a){8}){8}b', '(?<x>a*)*b', '([)]a*)*b', '(\\)a+)*b'],
  ];
  for (const pattern of endless) {
    test(pattern, () =>
      assert.throws(() => regex(pattern), {
        code: 'unsupported',
        message: new RegExp(`could take forever: ${pattern.replace(/[^\w]/g, '\\$&')}$`),
      }),
    );
  }

  test('a long one is not quoted whole', () =>
    assert.throws(() => regex(`(a+)+${'b'.repeat(500)}`), /forever: \(a\+\)\+b{75}…$/));
});

suite('a pattern whose search ends is taken', () => {
  const ending = [
    ...['(abc)+', '(a+)?b', '(a|b)?c', '(a|b){8}', '(a{3})+', '[(a+)]+', '\\(a+\\)+', '(?=(\\d{3})+(?!\\d))'],
    ...['[a|b]*', '(\\p{L})+', '(\\u{12})*', '(a|b)c+'],
  ];
  for (const pattern of ending) test(pattern, () => void regex(pattern));
});

suite('published patterns are taken, and cut as they should', () => {
  const text = "They're HTMLPages, 12345 ok\n\n  fine";
  const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
  const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
  const spaces = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

  test('GPT-2', () => {
    const pattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    const words = ['They', "'re", ' HTMLPages', ',', ' 12345', ' ok', '\n\n ', ' fine'];
    assert.deepEqual(cut(pattern, text), words);
  });

  for (const [name, digits, numbers] of [
    ['cl100k and Llama 3', '{1,3}', ['123', '45']],
    ['Qwen', '', ['1', '2', '3', '4', '5']],
  ] as const) {
    test(name, () => {
      const pattern = `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${spaces}`;
      const words = ['They', "'re", ' HTMLPages', ',', ' ', ...numbers, ' ok', '\n\n', ' ', ' fine'];
      assert.deepEqual(cut(pattern, text), words);
    });
  }

  test('o200k', () => {
    const start = '[^\\r\\n\\p{L}\\p{N}]?';
    const pattern = `${start}${upper}*${lower}+${contractions}?|${start}${upper}+${lower}*${contractions}?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${spaces}`;
    const words = ["They're", ' HTMLPages', ',', ' ', '123', '45', ' ok', '\n\n', ' ', ' fine'];
    assert.deepEqual(cut(pattern, text), words);
  });

  test('those of the fixtures', () => {
    const folder = new URL('../../../../fixtures/tokenizers/', import.meta.url);
    const found: string[] = [];
    for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!entry.endsWith('tokenizer.json')) continue;
      JSON.parse(readFileSync(new URL(entry, folder), 'utf8'), (key, value) => {
        if (key === 'Regex') found.push(value);
        return value;
      });
    }
    assert.equal(found.length, 3);
    for (const pattern of found) regex(pattern);
  });
});
