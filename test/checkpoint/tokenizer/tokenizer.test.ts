import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openFolder } from '../../../src/checkpoint/index.js';
import { loadTokenizer, type Tokenizer } from '../../../src/checkpoint/tokenizer/tokenizer.js';
import { PellucidError } from '../../../src/errors.js';

async function fixture(name: string, modelType: string): Promise<Tokenizer> {
  const folder = new URL(`../../../../fixtures/tokenizers/${name}`, import.meta.url).pathname;
  return loadTokenizer(await openFolder(folder), modelType);
}

const gpt2 = await fixture('gpt2', 'gpt2');
const bert = await fixture('bert-uncased', 'bert');
const llama2 = await fixture('llama-2', 'llama');

/** Any text, and texts of what tokenizers trip over. */
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        ' ',
        '  ',
        '\n',
        'a',
        'the',
        'É',
        'e\u0301',
        '\u0301',
        '😀',
        '👩‍👩‍👧',
        '今',
        'ñ',
        'İ',
        'ﬁ',
        '\ud83d',
        '\udc00',
        '[MASK]',
        '<|endoftext|>',
        '\u200d',
        '\0',
        '각',
        'ｶﾞ',
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
);

for (const [name, modelType] of [
  ['gpt2', 'gpt2'],
  ['gpt2-prefix-space', 'gpt2'],
  ['bert-uncased', 'bert'],
  ['bert-contradicting-flags', 'bert'],
  ['roberta', 'roberta'],
  ['llama-2', 'llama'],
  ['qwen', 'qwen2'],
  ['unigram', 't5'],
] as const) {
  test(`${name}: offsets stay inside any text, in order, and cut no character`, async () => {
    const tokenizer = await fixture(name, modelType);
    fc.assert(
      fc.property(texts, (text) => {
        let last = 0;
        for (const { offsets, text: readable } of tokenizer.encode(text)) {
          assert.notEqual(readable, '');
          if (offsets === null) continue;
          const [start, end] = offsets;
          assert.ok(start >= last && start <= end && end <= text.length, `${start}-${end} after ${last}`);
          for (const edge of offsets) {
            const around = text.slice(Math.max(0, edge - 1), edge + 1);
            assert.doesNotMatch(around, /^[\ud800-\udbff][\udc00-\udfff]$/, `${edge} is inside a character`);
          }
          last = start;
        }
      }),
      { numRuns: 150 },
    );
  });
}

test('byte-level tokens together cover the whole text, and write it', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const tokens = gpt2.encode(text);
      let covered = 0;
      for (const { offsets } of tokens) {
        assert.ok(offsets !== null && offsets[0] <= covered && offsets[1] >= covered);
        covered = offsets[1];
      }
      assert.equal(covered, text.length);
      assert.equal(gpt2.decode(tokens.map(({ id }) => id)), text.replace(/\p{Cs}/gu, '\ufffd'));
    }),
  );
});

test('a character split over several tokens is shown whole at each', () => {
  const tokens = gpt2.encode('x 😀');
  const parts = tokens.filter(({ offsets }) => offsets![1] === 4);
  assert.ok(parts.length > 1);
  assert.ok(parts.every(({ text }) => text.trim() === '😀' || text === ' '));
  assert.deepEqual(
    gpt2.fromIds(tokens.map(({ id }) => id)).map(({ text }) => text),
    tokens.map(({ text }) => text),
  );
});

test('a byte that is part of no character is shown as a byte', () => {
  const id = gpt2.tokenId('ä')!;
  assert.equal(gpt2.readable(id), '\\xE4');
  assert.deepEqual(
    gpt2.fromIds([gpt2.tokenId('a')!, id, gpt2.tokenId('b')!]).map(({ text }) => text),
    ['a', '\\xE4', 'b'],
  );
  assert.equal(llama2.readable(llama2.tokenId('<0xE4>')!), '\\xE4');
});

test('entries are read without the marks of their vocabulary', () => {
  assert.equal(gpt2.readable(gpt2.tokenId('Ġthe')!), ' the');
  assert.equal(bert.readable(bert.tokenId('##s')!), 's');
  assert.equal(bert.readable(bert.tokenId('[MASK]')!), '[MASK]');
  assert.equal(llama2.readable(llama2.tokenId('▁the')!), ' the');
});

test('tokens of a pair know their segment, and those around them theirs', () => {
  const tokens = bert.encode('a', { pair: 'b c' });
  assert.deepEqual(
    tokens.map(({ piece, segment, offsets, special }) => [piece, segment, offsets, special]),
    [
      ['[CLS]', 0, null, true],
      ['a', 0, [0, 1], false],
      ['[SEP]', 0, null, true],
      ['b', 1, [0, 1], false],
      ['c', 1, [2, 3], false],
      ['[SEP]', 1, null, true],
    ],
  );
  assert.deepEqual(bert.segmentTypes, [0, 1]);
});

test('a special token that the user wrote has its place in the text; without template there are only those', () => {
  const tokens = bert.encode('a [MASK]', { addSpecialTokens: false });
  assert.deepEqual(
    tokens.map(({ piece, offsets, special }) => [piece, offsets, special]),
    [
      ['a', [0, 1], false],
      ['[MASK]', [2, 8], true],
    ],
  );
});

test('an empty text has only the tokens of the template', () => {
  assert.deepEqual(
    bert.encode('').map(({ piece }) => piece),
    ['[CLS]', '[SEP]'],
  );
  assert.deepEqual(gpt2.encode(''), []);
});

test('an id without an entry is shown as its number, and decodes to nothing', () => {
  const [the, bare] = [gpt2.tokenId('Ġthe')!, gpt2.vocabularySize + 7];
  assert.deepEqual(
    gpt2.fromIds([the, bare]).map(({ id, piece, text, special }) => ({ id, piece, text, special })),
    [
      { id: the, piece: 'Ġthe', text: ' the', special: false },
      { id: bare, piece: `#${bare}`, text: `#${bare}`, special: false },
    ],
  );
  assert.equal(bert.readable(bert.vocabularySize), `#${bert.vocabularySize}`);
  assert.equal(gpt2.decode([the, bare, the]), ' the the');
});

test('what is no id is refused by its number', () => {
  for (const id of [-1, 1.5, Number.NaN]) {
    const refused = (error: unknown): boolean =>
      error instanceof PellucidError && error.code === 'bad-input' && error.message.includes(String(id));
    assert.throws(() => gpt2.fromIds([0, id]), refused);
    assert.throws(() => gpt2.decode([id]), refused);
    assert.throws(() => gpt2.readable(id), refused);
  }
});

test('very long and pathological texts pass without overflow', () => {
  assert.equal(gpt2.encode('a'.repeat(100_000)).at(-1)!.offsets![1], 100_000);
  assert.equal(bert.encode('a'.repeat(100_000)).length, 3);
  assert.equal(gpt2.encode(`a${'\u0301'.repeat(100_000)}`).at(-1)!.offsets![1], 100_001);
  assert.throws(() => bert.encode(`a${'\u0301\u0323'.repeat(50_000)}`), /100000 combining marks in a row/);
});
