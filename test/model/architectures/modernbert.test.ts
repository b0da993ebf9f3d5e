import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFixture, openFolderModel } from '../open-fixture.js';
import { sequentialBlock } from './decoder.js';
import { testEncoder } from './encoder.js';

testEncoder(['modernbert-default', 'modernbert-unusual'], sequentialBlock);

const copies = new FixtureCopies();
after(() => copies.remove());

const open = async (config: Record<string, unknown>, name = 'modernbert-default') =>
  openFolderModel(await copies.make(name, { config }));

test('a text of padding beyond the window of its tokens is finite', async () => {
  const model = await openFixture('modernbert-default');
  const [short, long] = [[5, 9], Array.from({ length: 30 }, (_, i) => 5 + i)].map((tokenIds) => ({
    tokenIds,
  }));
  for (const padding of ['left', 'right'] as const) {
    const [beside] = await model.runBatch([short!, long!], { capture: 'logits', padding });
    assert.ok((beside!.activation('logits').data as Float32Array).every(Number.isFinite));
  }
});

test('the mean of a text leaves its padding out', async () => {
  const model = await openFixture('modernbert-mean-pooling');
  const [short, long] = [
    [5, 9, 11],
    [5, 12, 11, 7, 8, 6, 10],
  ].map((tokenIds) => ({ tokenIds }));
  const alone = await model.run(short!, { capture: 'logits' });
  for (const padding of ['left', 'right'] as const) {
    const [beside] = await model.runBatch([short!, long!], { capture: 'logits', padding });
    for (const [i, value] of (alone.activation('logits').data as Float32Array).entries())
      assert.ok(Math.abs((beside!.activation('logits').data as Float32Array)[i]! - value) <= 1e-5);
  }
});

test('one classifier serves labels of tokens and of texts, as the class says', async () => {
  const model = await open(
    { architectures: ['ModernBertForTokenClassification'] },
    'modernbert-sequence-classification',
  );
  const run = await model.run({ tokenIds: [5, 9, 11] }, { capture: 'logits' });
  assert.deepEqual(run.activation('logits').shape, [3, 3]);
});

test('what is not supported is refused by name', async () => {
  await assert.rejects(open({ classifier_pooling: 'max' }, 'modernbert-mean-pooling'), {
    code: 'unsupported',
    message: /classifier_pooling to "max"/,
  });
  await assert.rejects(open({ rope_parameters: { rope_theta: 10, rope_type: 'default' } }), {
    code: 'unsupported',
    message: /one set of rope_parameters/,
  });
});
