import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseTarget } from '../../src/index.js';
import { ask, type Removal } from '../../src/question/index.js';
import { assertClose } from '../methods/method-golden.js';
import { openFixture } from '../model/open-fixture.js';

async function removalOf(checkpoint: string, removal?: Removal) {
  await using model = await openFixture(checkpoint);
  const tokenIds = checkpoint.startsWith('bert') ? [2, 56, 84, 3] : [83, 78, 258];
  return (await ask(model, { tokenIds }, { target: parseTarget('logit:#50', { position: 1 }), removal }))
    .removal;
}

suite('the removal of a question', () => {
  test('is the mask token where there is one, else zero', async () => {
    const mask = await removalOf('bert-default');
    assert.equal(mask.name, 'mask');
    assert.match(mask.description, /\[MASK\]/);
    const zero = await removalOf('gpt2-default');
    assert.equal(zero.name, 'zero');
    assert.ok(zero.embeddings![0]!.length > 1 && zero.embeddings![0]!.every((value) => value === 0));
  });

  test('mean is the mean over the whole vocabulary', async () => {
    await using model = await openFixture('gpt2-default');
    const { vocabularySize, contextLength } = model.dimensions;
    assert.ok(vocabularySize > contextLength, 'the vocabulary is read in parts');
    const sums: number[] = [];
    for (let start = 0; start < vocabularySize; start += 10) {
      const count = Math.min(10, vocabularySize - start);
      const tokenIds = Array.from({ length: count }, (_, i) => start + i);
      const run = await model.run({ tokenIds }, { capture: 'hook_embed' });
      const { data, shape } = run.activation('hook_embed');
      for (const [i, value] of (data as Float32Array).entries())
        sums[i % shape[1]!] = (sums[i % shape[1]!] ?? 0) + value;
    }
    const { embeddings } = await removalOf('gpt2-default', 'mean');
    assertClose(
      embeddings![0]!,
      sums.map((sum) => sum / vocabularySize),
      1e-6,
      'mean',
    );
  });

  test('without an embedding is hide or delete', async () => {
    for (const name of ['hide', 'delete'] as const)
      assert.equal((await removalOf('gpt2-default', name)).embeddings, undefined);
  });

  for (const [removal, message] of [
    ['mask', /no mask token.*zero, mean, hide, delete/],
    ['#9999', /no token #9999: its ids go from 0 to/],
    ['#', /no token #: its ids/],
    ['#1.5', /no token #1\.5/],
    ['#-1', /no token #-1/],
    ['blank', /cannot be taken away by "blank"; give one of mask, pad/],
  ] as const) {
    test(`${removal} is refused where there is none`, async () => {
      await assert.rejects(removalOf('gpt2-default', removal as Removal), { message });
    });
  }
});
