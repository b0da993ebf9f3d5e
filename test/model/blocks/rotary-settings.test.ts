import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { rotarySettings } from '../../../src/model/blocks/rotary-settings.js';
import { ConfigReader } from '../../../src/model/config-reader.js';

const sizes = { headWidth: 8, contextLength: 32 };
const read = (config: Record<string, unknown>, defaults = {}) =>
  rotarySettings(new ConfigReader(config, 'here'), { ...sizes, ...defaults });

const linear = { rope_type: 'linear', factor: 4 };
const yarn = { rope_type: 'yarn', factor: 2, rope_theta: 500 };

suite('rotary settings', () => {
  test('of rope_scaling and rope_parameters, rope_scaling is read, as transformers does', () => {
    const both = read({ rope_scaling: linear, rope_parameters: yarn });
    assert.equal(both.type, 'linear');
    assert.equal(both.scaling.factor, 4);
    assert.equal(both.theta, 10_000, 'theta of rope_parameters is not read either');
    assert.equal(read({ rope_scaling: linear, rope_parameters: yarn, rope_theta: 7 }).theta, 7);
  });

  test('an empty rope_scaling, or null, leaves rope_parameters', () => {
    for (const rope_scaling of [{}, null]) {
      const { type, theta } = read({ rope_scaling, rope_parameters: yarn });
      assert.deepEqual([type, theta], ['yarn', 500]);
    }
  });

  test('settings of a layer type are kept under the scaling', () => {
    const layers = { full_attention: { rope_type: 'default', rope_theta: 500 } };
    const { type, theta } = read(
      { rope_scaling: linear, rope_parameters: layers },
      { layerType: 'full_attention' },
    );
    assert.deepEqual([type, theta], ['linear', 500]);
    const unscaled = { layerType: 'full_attention', unscaled: true };
    assert.equal(read({ rope_scaling: linear, rope_parameters: layers }, unscaled).type, 'default');
  });

  test('a config with neither has the default of its architecture', () => {
    assert.equal(read({}).type, 'default');
    assert.equal(read({}, { scaling: linear }).type, 'linear');
    assert.equal(read({ rope_parameters: yarn }, { scaling: linear }).type, 'yarn');
  });
});
