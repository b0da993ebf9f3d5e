import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkHead, tellingHead } from '../../src/cli/telling-head.js';
import { type Attention, schemaVersion } from '../../src/explanations/index.js';
import { type Token, tensor } from '../../src/tensor/index.js';

function token(text: string, added = false): Token {
  return { id: 1, piece: text, text, offsets: added ? null : [0, 1], segment: 0, special: added };
}

/** Attention of one layer, each head given as rows of weights. */
function attentionOf(tokens: readonly Token[], heads: readonly (readonly number[])[][]): Attention {
  const length = tokens.length;
  const axes = ['layer', 'head', 'destination', 'source'];
  return {
    schemaVersion,
    kind: 'attention',
    method: 'attention',
    options: { layer: null, head: null },
    subject: { model: 'm', architecture: 'a', contentHash: 'h', text: null, pair: null },
    tokens,
    values: {
      ...tensor('F32', [1, heads.length, length, length], Float32Array.from(heads.flat(2)), axes),
      axes,
    },
  };
}

/** Each destination puts `weight` on the source given for it, and the rest on itself. */
function rows(sources: readonly number[], weight: number): number[][] {
  return sources.map((source, destination) =>
    sources.map((_, at) => (at === source ? weight : 0) + (at === destination ? 1 - weight : 0)),
  );
}

const words = ['a', 'b', 'c', 'd', 'e'].map((text) => token(text));
const resting = rows([0, 0, 0, 0, 0], 1);
const previous = rows([0, 0, 1, 2, 3], 1);
const far = rows([0, 3, 4, 1, 2], 0.9);

suite('the most telling head', () => {
  test('of cross attention counts the first source and those beside a destination', () => {
    const aligned = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const fixed = [0, 1, 2].map(() => [0, 1, 0]);
    const sources = words.slice(0, 3);
    const attention = { ...attentionOf(sources, [fixed, aligned]), destinationTokens: words.slice(2, 5) };
    const { head, reason } = tellingHead(attention, {});
    assert.equal(head, 1);
    assert.match(reason ?? '', /\(1\.6 bits\)$/);
  });

  test('looks at tokens that are not next to it, before such as are', () => {
    const { head, reason } = tellingHead(attentionOf(words, [resting, previous, far]), {});
    assert.equal(head, 2);
    // Four places, each with a ninth tenth: 0.9 · 2 bits, and what the tenth that rests leaves of them.
    assert.match(reason ?? '', /^chosen of 3 heads: .* \(1\.8 bits\)$/);
  });

  test('looks at neighbours where no head looks further', () => {
    const { head, reason } = tellingHead(attentionOf(words, [resting, previous]), {});
    assert.equal(head, 1);
    assert.match(reason ?? '', /\(2\.0 bits\)/);
  });

  test('all looking at one place tells nothing, nor does looking everywhere', () => {
    const onePlace = rows([2, 2, 2, 2, 2], 1);
    const everywhere = rows([0, 1, 2, 3, 4], 0).map((row) => row.map(() => 1 / 5));
    assert.equal(tellingHead(attentionOf(words, [onePlace, everywhere, far]), {}).head, 2);
  });

  test('resting on the first token or on added ones does not count', () => {
    const tokens = [token('[CLS]', true), ...words.slice(1, 4), token('[SEP]', true)];
    const onAdded = rows([4, 4, 0, 4, 4], 1);
    assert.equal(tellingHead(attentionOf(tokens, [onAdded, resting, previous]), {}).head, 2);
  });

  test('a single token has nothing to look at: the first head', () => {
    const { layer, head, reason } = tellingHead(attentionOf([token('a')], [[[1]], [[1]]]), {});
    assert.deepEqual([layer, head], [0, 0]);
    assert.match(reason ?? '', /no token has another one/);
  });

  test('what the user chose stays', () => {
    const attention = attentionOf(words, [resting, previous, far]);
    assert.deepEqual(tellingHead(attention, { layer: 0, head: 0 }), { layer: 0, head: 0 });
    assert.equal(tellingHead(attention, { head: 1 }).head, 1);
  });
});

test('a layer or head that the model does not have is refused', () => {
  const dimensions = { layers: 2, heads: 4, width: 8, contextLength: 16, vocabularySize: 9, segments: 0 };
  checkHead({ layer: 1, head: 3 }, dimensions);
  assert.throws(
    () => checkHead({ layer: 2 }, dimensions),
    /no layer 2: the model has 2, counted from 0 to 1/,
  );
  assert.throws(() => checkHead({ head: 4 }, dimensions), { code: 'not-found' });
});
