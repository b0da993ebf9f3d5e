import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';
import { testDecoder } from './decoder.js';

const copies = new FixtureCopies();
after(() => copies.remove());

testDecoder(['gpt_neo-default', 'gpt_neo-unusual']);

test('the layers follow from attention_types where attention_layers is left out', async () => {
  const config = { attention_layers: undefined, attention_types: [[['local', 'global'], 1]] };
  const attention = async (folder: string) => {
    const run = await (await openFolderModel(folder)).run({ tokenIds: [5, 9, 11, 7, 8, 6] });
    return run.attention().values;
  };
  const [named, derived] = await Promise.all([
    attention(await copies.make('gpt_neo-unusual', {})),
    attention(await copies.make('gpt_neo-unusual', { config })),
  ]);
  assert.deepEqual(derived, named);
});

for (const [what, attention_types] of Object.entries({
  'too few layers': [[['global'], 1]],
  'an unknown reach': [[['global', 'far'], 1]],
  'a count beyond the layers': [[['global', 'local'], 1e9]],
  'no list': 'global',
})) {
  test(`refuses attention_types with ${what}`, async () => {
    const folder = await copies.make('gpt_neo-default', {
      config: { attention_layers: undefined, attention_types },
    });
    await assert.rejects(openFolderModel(folder), {
      code: 'bad-checkpoint',
      message: /each of the 2 layers/,
    });
  });
}
