import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { explain, type Model, parseTarget } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { assertClose, testReference } from './method-golden.js';

testReference('layer-integrated-gradients');

suite('layer integrated gradients', () => {
  let model: Model;
  before(async () => {
    model = await openFixture('gpt2-default');
  });
  after(() => model.close());

  const tokenIds = [83, 78, 258, 220, 276, 70];
  const ask = (options: Readonly<Record<string, unknown>>) =>
    explain(
      model,
      { tokenIds },
      { method: 'layer-integrated-gradients', target: parseTarget('logit:#256'), options },
    );
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

  test('scores add up at every hook point of every kind', async () => {
    const hooks = model.hooks.filter((name) => !/^(blocks\.0|hook_tokens|hook_pos)/.test(name));
    assert.ok(hooks.length > 15);
    let moved = 0;
    for (const hook of hooks) {
      const found = await ask({ hook });
      const difference = found.target.value - found.baseline!.value!;
      // Float32 sums; the integrand is smooth but for the largest activations.
      assertClose([sum(found.values.data)], [difference], 1e-3, hook);
      if (Math.abs(difference) > 0.01) moved += 1;
    }
    assert.ok(moved > 15, `${moved} hook points matter`);
  });

  test('where the target is linear, two points are as good as fifty', async () => {
    const hook = 'unembed.hook_in';
    const [two, fifty] = [await ask({ hook, steps: 2 }), await ask({ hook, steps: 50 })];
    assertClose(two.values.data, fifty.values.data, 1e-5, 'scores');
    assertClose([two.errors[0]!.value], [0], 1e-5, 'delta');
    assert.ok(Math.abs(two.values.data.at(-1)!) > 0.1, 'only the last position is read, and it moved');
  });

  test('what falls to tokens that are no features is told', async () => {
    await using bert = await openFixture('bert-sequence-classification');
    const found = await explain(bert, 'Hello, world!', {
      method: 'layer-integrated-gradients',
      target: 'class:#1',
      options: { hook: 'blocks.1.hook_resid_pre' },
    });
    const [delta, outside] = found.errors;
    const difference = found.target.value - found.baseline!.value!;
    assertClose([sum(found.values.data) + outside!.value - delta!.value], [difference], 1e-4, 'sum');
    assert.ok(Math.abs(outside!.value) > 1e-3, 'the class is read at a special token');
  });

  test('a hook point that is not one place is refused', async () => {
    await assert.rejects(ask({ hook: 'blocks.*.hook_resid_pre' }), /name one hook point/);
    await assert.rejects(ask({ hook: 'blocks.7.hook_resid_pre' }), /No hook point/);
  });
});
