import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { layerTypesOf, windowOf } from '../../../src/model/blocks/layer-types.js';
import { ConfigReader } from '../../../src/model/config-reader.js';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';

const copies = new FixtureCopies();
after(() => copies.remove());

const config = (values: Record<string, unknown>) => new ConfigReader(values, 'somewhere');
const alternating = (layer: number) => (layer % 2 === 0 ? 'sliding_attention' : 'full_attention');

suite('types of layers', () => {
  test('those of the config come before the fallback', () => {
    const own = ['full_attention', 'full_attention'];
    assert.deepEqual(layerTypesOf(config({ layer_types: own }), 2, alternating), own);
    assert.deepEqual(layerTypesOf(config({ layer_types: null }), 2, alternating), [
      'sliding_attention',
      'full_attention',
    ]);
  });

  const refusals: readonly [unknown, string, RegExp][] = [
    [['full_attention', 'chunked_attention'], 'unsupported', /"chunked_attention" among its layer_types/],
    [['full_attention'], 'bad-checkpoint', /layer_types has 1 entries, .* each of the 2 layers/],
    ['full_attention', 'bad-checkpoint', /layer_types is no list/],
  ];
  for (const [given, code, message] of refusals) {
    test(`refused: ${JSON.stringify(given)}`, () => {
      const read = () => layerTypesOf(config({ layer_types: given }), 2, alternating);
      assert.throws(read, { code, message });
    });
  }

  test('a sliding layer without a window is refused', async () => {
    const folder = await copies.make('qwen2-default', {
      config: { layer_types: ['sliding_attention', 'full_attention'] },
    });
    await assert.rejects(openFolderModel(folder), {
      code: 'bad-checkpoint',
      message: /asks for sliding_attention and sets no sliding_window/,
    });
  });
});

test('a window that is null is none, one that is left out the default', () => {
  assert.equal(windowOf(config({ sliding_window: null }), 4096), undefined);
  assert.equal(windowOf(config({}), 4096), 4096);
  assert.equal(windowOf(config({})), undefined);
  assert.equal(windowOf(config({ sliding_window: 5 })), 5);
  assert.throws(() => windowOf(config({ sliding_window: 0 })), { code: 'bad-checkpoint' });
});
