import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFixture, openFolderModel } from '../open-fixture.js';
import { testDecoder } from './decoder.js';

testDecoder(['phi3-default', 'phi3-unusual']);

const copies = new FixtureCopies();
after(() => copies.remove());

const open = async (config: Record<string, unknown>, name = 'phi3-default') =>
  openFolderModel(await copies.make(name, { config }));

test('texts side by side, of which some become long, are those that come alone', async () => {
  const model = await openFixture('phi3-unusual');
  const prompts = [
    [5, 9, 11],
    [7, 8, 6, 3, 2, 12, 4],
  ].map((tokenIds) => ({ tokenIds }));
  const options = { maxNewTokens: 6, endTokens: [], capture: 'blocks.1.hook_resid_post' };
  const rows: number[] = [];
  const together = await model.generateBatch(prompts, {
    ...options,
    onToken: ({ row }) => void rows.push(row),
  });
  assert.deepEqual(new Set(rows), new Set([0, 1]));
  for (const [row, prompt] of prompts.entries()) {
    const alone = await model.generate(prompt, options);
    assert.deepEqual(
      together[row]!.tokens.map(({ id }) => id),
      alone.tokens.map(({ id }) => id),
    );
    assert.deepEqual(together[row]!.run.activation(options.capture), alone.run.activation(options.capture));
  }
});

test('a scaling that transformers has not for it is refused', async () => {
  await assert.rejects(open({ rope_scaling: { rope_type: 'linear', factor: 2 } }), {
    code: 'unsupported',
    message: /rope_type to "linear".*default, longrope/,
  });
});

test('su and yarn are old names of longrope', async () => {
  const factors = { short_factor: [1, 1.3, 1.7], long_factor: [1.5, 3, 6] };
  const logits = async (type: string) => {
    const model = await open({ rope_scaling: { type, ...factors } }, 'phi3-unusual');
    const run = await model.run({ tokenIds: [5, 9, 11, 7, 8, 6, 3, 2] }, { capture: 'logits' });
    return run.activation('logits');
  };
  const longrope = await logits('longrope');
  for (const name of ['su', 'yarn']) assert.deepEqual(await logits(name), longrope);
});
