import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { Tensor } from '../../../src/tensor/index.js';
import { FixtureCopies } from '../fixture-copy.js';
import { openFixture, openFolderModel } from '../open-fixture.js';
import { testIdentities } from './identities.js';

const copies = new FixtureCopies();
after(() => copies.remove());

for (const name of ['gpt2-default', 'gpt2-unusual', 'gpt2-unscaled', 'gpt2-bf16']) {
  suite(`identities of ${name}`, async () => {
    testIdentities(await openFixture(name), {
      beforeMlp: (layer) => `blocks.${layer}.hook_resid_mid`,
      output: (layer) => `blocks.${layer}.hook_resid_post`,
    });
  });
}

test('a token sees nothing behind it: what follows changes no earlier position', async () => {
  const model = await openFixture('gpt2-default');
  const logits = async (...tokenIds: number[]) =>
    (await model.run({ tokenIds }, { capture: 'logits' })).activation('logits') as Tensor<'F32'>;
  const [short, long] = [await logits(83, 256, 273), await logits(83, 256, 273, 7, 8, 9)];
  const width = short.shape[1]!;
  for (let i = 0; i < 3 * width; i++) assert.ok(Math.abs(short.data[i]! - long.data[i]!) <= 1e-5);
  assert.ok(short.data.some((value, i) => value !== long.data[i + width]));
});

test('names with and without the prefix are the same weights', async () => {
  const folder = await copies.make('gpt2-default', {
    weights: (all) => {
      for (const [name, value] of [...all]) {
        all.delete(name);
        all.set(name.replace(/^transformer\./, ''), value);
      }
    },
  });
  const [renamed, plain] = await Promise.all([openFolderModel(folder), openFixture('gpt2-default')]);
  const attention = async (model: typeof plain) => (await model.run('the mat')).attention().values;
  assert.deepEqual(await attention(renamed), await attention(plain));
});

test('a classifier reads the last token that is not padding, even inside a text', async () => {
  const model = await openFixture('gpt2-sequence-classification');
  const score = async (...tokenIds: number[]) =>
    (await model.run({ tokenIds })).predictions()[0]!.candidates.map(({ score }) => score);
  const [plain, followed] = [await score(83, 77), await score(83, 77, 279, 279)];
  for (const [i, each] of plain.entries()) assert.ok(Math.abs(each - followed[i]!) <= 1e-5);
});
