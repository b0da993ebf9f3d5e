import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadTokenizer } from '../../../src/checkpoint/tokenizer/tokenizer.js';
import { type ErrorCode, PellucidError } from '../../../src/errors.js';
import { memoryFiles } from './memory-files.js';

const root = new URL('../../../../fixtures/tokenizers/', import.meta.url);

function readFixture(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

const vocabulary = { '[UNK]': 0, '[CLS]': 1, '[SEP]': 2, a: 3, b: 4 };
const generic = { tokenizer_class: 'PreTrainedTokenizerFast' };

function wordPiece(changes: object): object {
  return { model: { type: 'WordPiece', vocab: vocabulary, continuing_subword_prefix: '##', ...changes } };
}

const cases: [what: string, files: Record<string, unknown>, code: ErrorCode, message: RegExp][] = [
  ['no tokenizer at all', { 'config.json': {} }, 'not-found', /no tokenizer.*tokenizer\.json.*vocab\.txt/],
  ['only SentencePiece', { 'tokenizer.model': 'x' }, 'unsupported', /tokenizer\.model.*save_pretrained/],
  [
    'a bare vocabulary of nobody knows which class',
    { 'vocab.txt': '[UNK]\n[CLS]\n[SEP]\na\n', 'tokenizer_config.json': {} },
    'unsupported',
    /only as vocab\.txt/,
  ],
  ['vocab.json without merges.txt', { 'vocab.json': { a: 0 } }, 'unsupported', /vocab\.json/],
  ['invalid JSON', { 'tokenizer.json': '{"model": ' }, 'bad-checkpoint', /tokenizer\.json is not valid JSON/],
  [
    'bytes that are no UTF-8',
    { 'vocab.txt': Uint8Array.of(0xff, 0xfe), 'tokenizer_config.json': { tokenizer_class: 'BertTokenizer' } },
    'bad-checkpoint',
    /vocab\.txt/,
  ],
  ['a list for a file', { 'tokenizer.json': [] }, 'bad-checkpoint', /tokenizer\.json/],
  ['no model', { 'tokenizer.json': {} }, 'bad-checkpoint', /tokenizer\.json has no "model"/],
  [
    'no vocabulary',
    { 'tokenizer.json': wordPiece({ vocab: null }) },
    'bad-checkpoint',
    /vocabulary in tokenizer\.json/,
  ],
  ['an empty vocabulary', { 'tokenizer.json': wordPiece({ vocab: {} }) }, 'bad-checkpoint', /empty/],
  ['a vocabulary list', { 'tokenizer.json': wordPiece({ vocab: ['a'] }) }, 'bad-checkpoint', /not an object/],
  [
    'a text for an id',
    { 'tokenizer.json': wordPiece({ vocab: { a: '1' } }) },
    'bad-checkpoint',
    /"a" the id "1"/,
  ],
  ['a negative id', { 'tokenizer.json': wordPiece({ vocab: { a: -1 } }) }, 'bad-checkpoint', /"a" the id -1/],
  ['a huge id', { 'tokenizer.json': wordPiece({ vocab: { a: 1e15 } }) }, 'bad-checkpoint', /"a" the id/],
  [
    'an unknown entry that is not there',
    { 'tokenizer.json': wordPiece({ unk_token: '?' }) },
    'bad-checkpoint',
    /"\?"/,
  ],
  [
    'words of any length',
    { 'tokenizer.json': wordPiece({ max_input_chars_per_word: 1e9 }) },
    'bad-checkpoint',
    /max_input/,
  ],
  [
    'a model of another type',
    { 'tokenizer.json': { model: { type: 'Lattice', vocab: vocabulary } } },
    'unsupported',
    /Lattice.*BPE, Unigram, WordLevel and WordPiece/,
  ],
  [
    'words without an entry for unknown ones',
    { 'tokenizer.json': { model: { type: 'WordLevel', vocab: vocabulary } } },
    'bad-checkpoint',
    /WordLevel.*unknown words/,
  ],
  [
    'a dropout',
    { 'tokenizer.json': { model: { type: 'BPE', vocab: vocabulary, merges: [], dropout: 0.1 } } },
    'unsupported',
    /dropout.*null/,
  ],
  [
    'a pre-tokenizer that is not supported',
    { 'tokenizer.json': { ...wordPiece({}), pre_tokenizer: { type: 'UnicodeScripts' } } },
    'unsupported',
    /UnicodeScripts/,
  ],
  [
    'words of no length',
    { 'tokenizer.json': { ...wordPiece({}), pre_tokenizer: { type: 'FixedLength', length: 0 } } },
    'bad-checkpoint',
    /"length" of the FixedLength/,
  ],
  [
    'a merge of what is not there',
    { 'tokenizer.json': { model: { type: 'BPE', vocab: vocabulary, merges: ['a b', 'a z'] } } },
    'bad-checkpoint',
    /merge 1 .*"a" and "z"/,
  ],
  [
    'no merges',
    { 'tokenizer.json': { model: { type: 'BPE', vocab: vocabulary } } },
    'bad-checkpoint',
    /"merges"/,
  ],
  [
    'an unknown normalizer',
    { 'tokenizer.json': { ...wordPiece({}), normalizer: { type: 'Magic' } } },
    'unsupported',
    /normalizer of type "Magic"/,
  ],
  [
    'a normalizer without a type',
    { 'tokenizer.json': { ...wordPiece({}), normalizer: 'NFC' } },
    'bad-checkpoint',
    /"normalizer"/,
  ],
  [
    'a regular expression that cannot be translated',
    {
      'tokenizer.json': {
        ...wordPiece({}),
        pre_tokenizer: { type: 'Split', pattern: { Regex: '(a' }, behavior: 'Isolated' },
      },
    },
    'unsupported',
    /regular expression.*\(a/,
  ],
  [
    'a template with a text twice',
    {
      'tokenizer.json': {
        ...wordPiece({}),
        post_processor: {
          type: 'TemplateProcessing',
          single: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
          pair: [],
        },
      },
    },
    'bad-checkpoint',
    /"single"/,
  ],
  [
    'a template with an id that is in no vocabulary',
    {
      'tokenizer.json': {
        ...wordPiece({}),
        post_processor: { type: 'BertProcessing', cls: ['[CLS]', 99], sep: ['[SEP]', 2] },
      },
    },
    'bad-checkpoint',
    /99/,
  ],
  [
    'an added token of enormous length',
    { 'tokenizer.json': { ...wordPiece({}), added_tokens: [{ id: 5, content: 'x'.repeat(5000) }] } },
    'bad-checkpoint',
    /5000 characters/,
  ],
];

for (const [what, files, code, message] of cases) {
  test(`${what} is refused with one clear sentence`, async () => {
    const all = memoryFiles({ 'tokenizer_config.json': generic, ...files });
    await assert.rejects(loadTokenizer(all, 'other'), (error) => {
      assert.ok(error instanceof PellucidError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('parts nested without end are refused', async () => {
  const depth = 50_000;
  const normalizer = `${'{"type":"Sequence","normalizers":['.repeat(depth)}${']}'.repeat(depth)}`;
  const text = `{"model":${JSON.stringify({ ...wordPiece({}) }).slice('{"model":'.length, -1)},"normalizer":${normalizer}}`;
  const files = memoryFiles({ 'tokenizer_config.json': generic, 'tokenizer.json': text });
  await assert.rejects(loadTokenizer(files, 'other'), /nested too deeply/);
});

test('a bare vocabulary is read where the model type says whose it is', async () => {
  const files = memoryFiles({ 'vocab.txt': '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n' });
  for (const modelType of ['bert', 'electra']) {
    const tokenizer = await loadTokenizer(files, modelType);
    assert.deepEqual(
      tokenizer.encode('AB').map(({ id }) => id),
      [2, 5, 6, 3],
    );
  }
});

test('a file beyond the limit is refused before it is read', async () => {
  const files = memoryFiles({ 'tokenizer.json': {} });
  await assert.rejects(
    loadTokenizer(
      {
        ...files,
        size: async () => 10 ** 12,
        read: () => Promise.reject(new Error('it was read')),
      },
      'bert',
    ),
    /tokenizer\.json of memory is 1000000000000 bytes long, and at most 100000000 are read/,
  );
});

/** A JSON value with one part, anywhere in it, replaced. */
function withReplaced(value: unknown, path: readonly number[], by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[step % keys.length];
  if (key === undefined) return by;
  const changed = withReplaced((value as Record<string, unknown>)[key], rest, by);
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? changed : item))
    : { ...value, [key]: changed };
}

test('a normalizer that multiplies texts is refused, by what it puts in or when it has grown', async () => {
  const load = (normalizer: object) =>
    loadTokenizer(
      memoryFiles({ 'tokenizer.json': { ...wordPiece({}), normalizer }, 'tokenizer_config.json': generic }),
      'other',
    );
  const doubled = (content: string) => ({ type: 'Replace', pattern: { String: 'a' }, content });
  await assert.rejects(load(doubled('a'.repeat(1001))), {
    code: 'bad-checkpoint',
    message: /"content" of the Replace .* at most 1000 characters long, not 1001/,
  });
  const bomb = await load({ type: 'Sequence', normalizers: Array.from({ length: 60 }, () => doubled('aa')) });
  assert.throws(() => bomb.encode('aaa'), {
    code: 'bad-checkpoint',
    message: /3 characters more than 1000 times/,
  });
});

for (const name of ['bert-generic-class', 'bert-uncased', 'gpt2', 'roberta', 'llama-2', 'unigram']) {
  test(`${name}: a damaged tokenizer works or is refused on purpose, never otherwise`, async () => {
    const tokenizer = JSON.parse(readFixture(`${name}/tokenizer.json`));
    const config = JSON.parse(readFixture(`${name}/tokenizer_config.json`));
    const damage = fc.record({
      inConfig: fc.boolean(),
      path: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
      by: fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom('Sequence', 'ByteLevel', 'Metaspace', 'Replace', 1e9),
      ),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ inConfig, path, by }) => {
        const files = memoryFiles({
          'tokenizer.json': inConfig ? tokenizer : withReplaced(tokenizer, path, by),
          'tokenizer_config.json': inConfig ? withReplaced(config, path, by) : config,
        });
        try {
          const loaded = await loadTokenizer(files, 'other');
          const tokens = loaded.encode('Hello, wörld [MASK] 😀', { pair: 'second' });
          loaded.decode(tokens.map(({ id }) => id));
        } catch (error) {
          if (!(error instanceof PellucidError)) throw error;
        }
      }),
      { numRuns: 60 },
    );
  });
}
