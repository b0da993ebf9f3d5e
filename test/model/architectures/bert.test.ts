import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { loadModel } from '../../../src/load-model.js';
import type { Task } from '../../../src/model/index.js';
import { FixtureCopies } from '../fixture-copy.js';
import { openFixture, openFolderModel } from '../open-fixture.js';
import { testIdentities } from './identities.js';

const copies = new FixtureCopies();
after(() => copies.remove());

for (const name of ['bert-default', 'bert-unusual', 'bert-silu', 'bert-f16']) {
  suite(`identities of ${name}`, async () => {
    testIdentities(await openFixture(name), {
      beforeMlp: (layer) => `blocks.${layer}.ln1.hook_normalized`,
      output: (layer) => `blocks.${layer}.hook_normalized_resid_post`,
    });
  });
}

test('what enters the first block is the normalised embedding', async () => {
  const run = await (await openFixture('bert-default')).run('no', { capture: '*' });
  assert.deepEqual(run.activation('blocks.0.hook_resid_pre'), run.activation('hook_full_embed'));
});

suite('the names of published files', () => {
  const tokenIds = [2, 56, 84, 3];
  const rename = (change: (name: string) => string) =>
    copies.make('bert-default', {
      weights: (all) => {
        for (const [name, value] of [...all]) {
          all.delete(name);
          all.set(change(name), value);
        }
      },
    });
  const spellings: [string, (name: string) => string][] = [
    ['without the prefix', (name) => name.replace(/^bert\./, '')],
    [
      'gamma and beta',
      (name) => name.replace(/(LayerNorm)\.weight$/, '$1.gamma').replace(/(LayerNorm)\.bias$/, '$1.beta'),
    ],
  ];
  for (const [what, change] of spellings) {
    test(what, async () => {
      const [renamed, plain] = await Promise.all([
        openFolderModel(await rename(change)),
        openFixture('bert-default'),
      ]);
      const logits = async (model: typeof plain) =>
        (await model.run({ tokenIds }, { capture: 'logits' })).activation('logits');
      assert.deepEqual(await logits(renamed), await logits(plain));
    });
  }
});

suite('the task of a checkpoint that names no class', () => {
  const tasks: Readonly<Record<string, Task>> = {
    'bert-default': 'masked-lm',
    'bert-no-pooler': 'base',
    'bert-token-classification': 'token-classification',
    'bert-question-answering': 'question-answering',
    'bert-sequence-classification': 'sequence-classification',
  };
  for (const [name, task] of Object.entries(tasks)) {
    test(name, async () => {
      const folder = await copies.make(name, { config: { architectures: undefined } });
      assert.equal((await openFolderModel(folder)).task, task);
    });
  }
});

test('another head can be asked for, and must be there', async () => {
  const folder = await copies.make('bert-sequence-classification', {});
  assert.equal((await loadModel(folder, { task: 'token-classification' })).task, 'token-classification');
  await assert.rejects(loadModel(folder, { task: 'question-answering' }), {
    code: 'bad-checkpoint',
    message: /lacks the tensor "qa_outputs\.weight"/,
  });
});
