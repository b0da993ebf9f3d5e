import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PellucidError } from '../../src/errors.js';
import { type FeatureOptions, featuresOf } from '../../src/features/index.js';
import type { Token } from '../../src/tensor/index.js';

/** Tokens that stand at these places of a text, between two special tokens that nobody wrote. */
function tokensAt(text: string, places: readonly (readonly [number, number])[], segment: 0 | 1 = 0): Token[] {
  const token = (offsets: readonly [number, number] | null): Token => ({
    ...{ id: 1, piece: 'piece', segment, offsets, special: offsets === null },
    text: offsets ? text.slice(...offsets) : '[CLS]',
  });
  return [token(null), ...places.map(token), token(null)];
}

const text = 'Un believable! It rains.\n\n今日は雨です。';
const places = [
  ...[
    [0, 2],
    [2, 6],
    [6, 13],
    [13, 14],
    [14, 17],
    [17, 20],
  ],
  ...[
    [20, 23],
    [23, 24],
    [26, 28],
    [28, 29],
    [29, 30],
    [30, 33],
  ],
] as [number, number][];

function labels(options: FeatureOptions): (readonly [string, readonly number[]])[] {
  const source = { tokens: tokensAt(text, places), text, pair: null };
  return featuresOf(source, options).map(({ label, positions }) => [label, positions]);
}

suite('features', () => {
  test('tokens are features by default, special ones are not', () => {
    assert.equal(labels({}).length, places.length);
    assert.equal(labels({ special: true }).length, places.length + 2);
    assert.deepEqual(labels({ special: true })[0], ['[CLS]', [0]]);
  });

  test('words join the tokens whose first visible character they hold', () => {
    assert.deepEqual(labels({ by: 'words' }).slice(0, 6), [
      ['Un', [1]],
      ['believable', [2, 3]],
      ['!', [4]],
      ['It', [5]],
      ['rains', [6, 7]],
      ['.', [8]],
    ]);
  });

  test('sentences and paragraphs', () => {
    assert.deepEqual(labels({ by: 'sentences' }), [
      ['Un believable!', [1, 2, 3, 4]],
      ['It rains.', [5, 6, 7, 8]],
      ['今日は雨です。', [9, 10, 11, 12]],
    ]);
    assert.deepEqual(labels({ by: 'paragraphs' }), [
      ['Un believable! It rains.', [1, 2, 3, 4, 5, 6, 7, 8]],
      ['今日は雨です。', [9, 10, 11, 12]],
    ]);
  });

  test('patterns and slots leave out what they do not name', () => {
    assert.deepEqual(labels({ by: /rains|Un/ }), [
      ['Un', [1]],
      ['rains', [6, 7]],
    ]);
    assert.deepEqual(labels({ by: [{ start: 15, end: 23, label: 'weather' }] }), [['weather', [5, 6, 7]]]);
  });

  test('a slot outside the text, and an input without features, are refused', () => {
    const refuses = (options: FeatureOptions, message: RegExp) =>
      assert.throws(
        () => labels(options),
        (error: unknown) => error instanceof PellucidError && message.test(error.message),
      );
    refuses({ by: [{ start: 30, end: 99 }] }, /from 30 to 99.*33 characters/);
    refuses({ by: /nowhere/ }, /no feature/);
    const source = { tokens: tokensAt(text, places), text: null, pair: null };
    assert.throws(() => featuresOf(source, { by: 'words' }), /token ids/);
  });

  test('the second text of a pair has features of its own', () => {
    const tokens = [
      ...tokensAt('ab cd', [
        [0, 2],
        [2, 5],
      ]),
      ...tokensAt(
        'ef gh',
        [
          [0, 2],
          [2, 5],
        ],
        1,
      ),
    ];
    const found = featuresOf({ tokens, text: 'ab cd', pair: 'ef gh' }, { by: 'words' });
    assert.deepEqual(
      found.map(({ label, positions, segment }) => [label, positions, segment]),
      [
        ['ab', [1], 0],
        ['cd', [2], 0],
        ['ef', [5], 1],
        ['gh', [6], 1],
      ],
    );
  });

  test('words of scripts without spaces, of those from right to left, and of code', () => {
    const wordsOf = (text: string) => {
      const places = [...text.matchAll(/\S/gu)].map(({ index, 0: { length } }) => [index, index + length]);
      const tokens = tokensAt(text, places as [number, number][]);
      const features = featuresOf({ tokens, text, pair: null }, { by: 'words' });
      for (const { label, span, positions } of features) {
        assert.equal(text.slice(...span!), label);
        assert.equal(positions.map((i) => tokens[i]!.text).join(''), label);
      }
      return features.map(({ label }) => label).join('|');
    };
    assert.equal(wordsOf('我喜欢看电影。'), '我|喜欢|看|电影|。');
    assert.equal(wordsOf('私は映画が好きです。'), '私|は|映画|が|好き|です|。');
    assert.equal(wordsOf('ฉันชอบดูหนัง'), 'ฉัน|ชอบ|ดู|หนัง');
    assert.equal(wordsOf('אני אוהב، مرحبا'), 'אני|אוהב|،|مرحبا');
    assert.equal(wordsOf('def foo_bar(x): #a:b'), 'def|foo_bar|(|x|)|:|#|a:b');
  });

  test('an unknown token stands for what was written, all its words together', () => {
    const text = 'ฉันชอบ [MASK] 好';
    const name = (token: Token, label: string): Token => ({ ...token, text: label, special: true });
    const [cls, thai, mask, han, sep] = tokensAt(text, [
      [0, 6],
      [7, 13],
      [14, 15],
    ]);
    const tokens = [cls!, name(thai!, '[UNK]'), name(mask!, '[MASK]'), name(han!, '[UNK]'), sep!];
    const found = featuresOf({ tokens, text, pair: null }, { by: 'words' });
    assert.deepEqual(
      found.map(({ label, positions, span }) => [label, positions, span]),
      [
        ['ฉันชอบ', [1], [0, 6]],
        ['好', [3], [14, 15]],
      ],
    );
    const features = featuresOf({ tokens, text, pair: null });
    assert.deepEqual(
      features.map(({ positions }) => positions),
      [[1], [3]],
    );
  });
});
