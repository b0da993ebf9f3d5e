import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { Task } from '../../../src/model/index.js';
import { assertAllClose } from '../../allclose.js';
import { FixtureCopies } from '../fixture-copy.js';
import { openFixture, openFolderModel } from '../open-fixture.js';
import { testEncoder } from './encoder.js';

testEncoder(['roberta-default', 'roberta-unusual']);

const copies = new FixtureCopies();
after(() => copies.remove());

test('as many tokens are read as there are positions behind the padding', async () => {
  assert.equal((await openFixture('roberta-default')).dimensions.contextLength, 40); // 42 rows, padding id 1
  assert.equal((await openFixture('roberta-unusual')).dimensions.contextLength, 35); // 40 rows, padding id 4
});

test('padding ids inside a text take no position', async () => {
  const model = await openFixture('roberta-default');
  const capture = 'hook_pos_embed';
  const [plain, padded] = await Promise.all(
    [
      [5, 9, 11],
      [5, 1, 9, 11],
    ].map((tokenIds) => model.run({ tokenIds }, { capture })),
  );
  const rows = (run: typeof plain, from: number, to: number) => {
    const { shape, data } = run!.activation(capture);
    const width = shape[1]!;
    return {
      dtype: 'F32' as const,
      shape: [to - from, width],
      data: data.slice(from * width, to * width) as Float32Array,
    };
  };
  assertAllClose(rows(padded, 2, 4), rows(plain, 1, 3), 0, capture);
});

suite('refused', () => {
  for (const [key, value, code] of [
    ['pad_token_id', null, 'unsupported'],
    ['is_decoder', true, 'unsupported'],
    ['position_embedding_type', 'relative_key', 'unsupported'],
    ['max_position_embeddings', 2, 'bad-checkpoint'],
  ] as const) {
    test(`${key}: ${value}`, async () => {
      const folder = await copies.make('roberta-default', { config: { [key]: value } });
      await assert.rejects(openFolderModel(folder), { code, message: new RegExp(key) });
    });
  }
});

suite('the task of a checkpoint that names no class', () => {
  const tasks: Readonly<Record<string, Task>> = {
    'roberta-default': 'masked-lm',
    'roberta-question-answering': 'question-answering',
    'roberta-sequence-classification': 'sequence-classification',
    'roberta-token-classification': 'token-classification',
  };
  for (const [name, task] of Object.entries(tasks)) {
    test(name, async () => {
      const folder = await copies.make(name, { config: { architectures: undefined } });
      assert.equal((await openFolderModel(folder)).task, task);
    });
  }
});
