import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { openFolder } from '../../../src/checkpoint/index.js';
import { loadTokenizer, type Tokenizer } from '../../../src/checkpoint/tokenizer/tokenizer.js';
import { memoryFiles } from './memory-files.js';

const folder = (name: string) => new URL(`../../../../fixtures/tokenizers/${name}`, import.meta.url).pathname;

/** Entries of a vocabulary as a text has them, the longest first. */
function longestEntries(tokenizer: Tokenizer): string[] {
  const entries = Array.from({ length: tokenizer.vocabularySize }, (_, id) => tokenizer.decode([id]));
  return entries.sort((a, b) => b.length - a.length).slice(0, 40);
}

suite('no text has fewer tokens than its length divided by the longest piece', () => {
  for (const [name, longest] of [
    ['gpt2', 13],
    ['gpt2-prefix-space', 13],
    ['gpt2-vocabulary-files', 13],
    ['gemma', 6],
    ['llama-2', 7],
    ['llama-3', 17],
    ['qwen', 104],
  ] as const) {
    test(name, async () => {
      const tokenizer = await loadTokenizer(await openFolder(folder(name)), 'gpt2');
      assert.equal(tokenizer.longestPiece, longest);
      const parts = fc.oneof(
        fc.constantFrom(...longestEntries(tokenizer)),
        fc.constantFrom(
          'é',
          'e\u0301',
          '\u0390',
          '\u{2f800}',
          '\u{1d160}',
          '한',
          '😀',
          '\ud83d',
          '\0',
          ' ',
          '\n',
        ),
        fc.string({ unit: 'binary', maxLength: 5 }),
      );
      const repeated = fc.tuple(parts, fc.integer({ min: 1, max: 30 })).map(([part, n]) => part.repeat(n));
      fc.assert(
        fc.property(fc.array(repeated, { maxLength: 5 }), (all) => {
          const text = all.join('');
          assert.ok(tokenizer.encode(text, { addSpecialTokens: false }).length >= text.length / longest);
        }),
        { numRuns: 60 },
      );
    });
  }
});

suite('there is no longest piece', () => {
  for (const [name, modelType] of [
    ['bert-uncased', 'bert'],
    ['bert-cased', 'bert'],
    ['unigram', 't5'],
  ] as const) {
    test(name, async () => {
      const tokenizer = await loadTokenizer(await openFolder(folder(name)), modelType);
      assert.equal(tokenizer.longestPiece, Number.POSITIVE_INFINITY);
    });
  }

  const read = (name: string) => JSON.parse(readFileSync(`${folder(name)}/tokenizer.json`, 'utf8'));
  const longestOf = async (tokenizer: object) => {
    const config = { tokenizer_class: 'PreTrainedTokenizerFast' };
    const files = memoryFiles({ 'tokenizer.json': tokenizer, 'tokenizer_config.json': config });
    return (await loadTokenizer(files, 'other')).longestPiece;
  };
  const llama = read('llama-2');
  const gpt2 = read('gpt2');
  const replace = (from: string, content: string) => ({
    type: 'Replace',
    pattern: { String: from },
    content,
  });
  const [added] = llama.added_tokens;
  const anyLength: [name: string, tokenizer: object][] = [
    ['where a normalizer cuts off', { ...gpt2, normalizer: { type: 'Strip' } }],
    ['where a normalizer replaces by nothing', { ...gpt2, normalizer: replace('a', '') }],
    [
      'where a normalizer replaces a pattern',
      { ...gpt2, normalizer: { type: 'Replace', pattern: { Regex: 'a+' }, content: 'a' } },
    ],
    ['where words are cut at what is removed', { ...llama, pre_tokenizer: { type: 'WhitespaceSplit' } }],
    [
      'where an added token takes the space before it along',
      {
        ...llama,
        added_tokens: [...llama.added_tokens, { ...added, id: 900, content: '<m>', lstrip: true }],
      },
    ],
    ['where unknown characters fuse', { ...llama, model: { ...llama.model, byte_fallback: false } }],
    ['where bytes are not written as such', { ...gpt2, pre_tokenizer: null }],
    [
      'where a merge gives no entry, which is left out',
      { ...gpt2, model: { ...gpt2.model, merges: [...gpt2.model.merges, ['!', '?']] } },
    ],
  ];
  for (const [name, tokenizer] of anyLength) {
    test(name, async () => assert.equal(await longestOf(tokenizer), Number.POSITIVE_INFINITY));
  }

  test('but there is with a normalizer that only shortens', async () => {
    const longest = await longestOf(gpt2);
    assert.equal(longest, 13);
    assert.equal(await longestOf(llama), 7);
    assert.equal(await longestOf({ ...gpt2, normalizer: replace('aaa', 'b') }), 3 * longest);
    assert.equal(await longestOf({ ...gpt2, normalizer: { type: 'NFC' } }), 8 * longest);
  });
});
