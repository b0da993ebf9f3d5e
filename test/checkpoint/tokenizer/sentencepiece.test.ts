import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openFolder } from '../../../src/checkpoint/index.js';
import { readSentencePieceModel } from '../../../src/checkpoint/tokenizer/sentencepiece-model.js';
import { loadTokenizer, type Tokenizer } from '../../../src/checkpoint/tokenizer/tokenizer.js';
import { fixturesFolder } from '../../model/golden.js';
import { memoryFiles } from './memory-files.js';

interface Expected {
  readonly class: string;
  readonly ids: readonly (readonly number[])[];
  readonly pair: readonly number[];
  readonly target?: readonly (readonly number[])[];
}

const root = new URL('sentencepiece/', fixturesFolder);
const { texts, ...byName } = JSON.parse(readFileSync(new URL('expected.json', root), 'utf8')) as Record<
  string,
  Expected
> & { texts: readonly string[] };

const idsOf =
  (...input: Parameters<Tokenizer['encode']>) =>
  (tokenizer: Tokenizer) =>
    tokenizer.encode(...input).map(({ id }) => id);

for (const [name, expected] of Object.entries(byName)) {
  suite(`${name}, which has no tokenizer.json, cuts as the ${expected.class} of transformers`, async () => {
    const folder = new URL(`${name}/`, root);
    const { model_type } = JSON.parse(readFileSync(new URL('config.json', folder), 'utf8')) as {
      model_type: string;
    };
    const tokenizer = await loadTokenizer(await openFolder(fileURLToPath(folder)), model_type);

    test('texts', () => {
      for (const [i, text] of texts.entries())
        assert.deepEqual(idsOf(text)(tokenizer), expected.ids[i], JSON.stringify(text));
      assert.deepEqual(idsOf(texts[0]!, { pair: texts[1]! })(tokenizer), expected.pair);
    });

    test('texts of the target language', () => {
      for (const [i, text] of texts.entries()) {
        const wanted = expected.target?.[i] ?? expected.ids[i];
        assert.deepEqual(idsOf(text, { target: true })(tokenizer), wanted, JSON.stringify(text));
      }
    });

    test('each token has its place in the text, in order', () => {
      for (const text of texts) {
        let before = 0;
        for (const { offsets } of tokenizer.encode(text)) {
          if (offsets === null) continue;
          assert.ok(offsets[0] >= 0 && offsets[0] <= offsets[1] && offsets[1] <= text.length);
          assert.ok(offsets[0] >= before - 4, `${JSON.stringify(text)} goes back to ${offsets[0]}`);
          before = offsets[0];
        }
      }
      const [hello] = tokenizer.encode('hello world', { addSpecialTokens: false });
      assert.equal(hello!.offsets![0], 0);
    });

    test('what is cut is written as the text again', () => {
      const ids = idsOf('hello world', { addSpecialTokens: false })(tokenizer);
      if (!/^(marian|m2m)/.test(name)) assert.equal(tokenizer.decode(ids).trim(), 'hello world');
    });
  });
}

suite('a SentencePiece model that is broken', () => {
  const whole = new Uint8Array(readFileSync(new URL('t5/spiece.model', root)));

  test('is refused by its name, wherever it breaks off', () => {
    for (let length = 0; length < whole.length; length += 97) {
      try {
        readSentencePieceModel(whole.slice(0, length), 'spiece.model');
      } catch (error) {
        assert.match(String(error), /spiece\.model is no SentencePiece model/);
      }
    }
  });

  test('does not open', async () => {
    const files = memoryFiles({
      'spiece.model': Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0x7f, 1),
      'config.json': {},
    });
    await assert.rejects(loadTokenizer(files, 't5'), {
      code: 'bad-checkpoint',
      message: /no SentencePiece model/,
    });
  });
});

test('a file that Marian needs and has not is named', async () => {
  const files = memoryFiles({ 'vocab.json': { '<unk>': 0 }, 'target.spm': 'x' });
  await assert.rejects(loadTokenizer(files, 'marian'), { code: 'not-found', message: /lacks source\.spm$/ });
});

test('separate vocabularies of Marian are refused by name', async () => {
  const folder = new URL('marian/', root);
  const file = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
  const files = memoryFiles({
    'source.spm': file('source.spm'),
    'target.spm': file('target.spm'),
    'vocab.json': file('vocab.json'),
    'tokenizer_config.json': { separate_vocabs: true },
  });
  await assert.rejects(loadTokenizer(files, 'marian'), { code: 'unsupported', message: /separate_vocabs/ });
});
