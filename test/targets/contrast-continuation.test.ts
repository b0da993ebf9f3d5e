import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTarget } from '../../src/index.js';
import { contrastContinuation } from '../../src/targets/contrast-continuation.js';
import { assertClose } from '../methods/method-golden.js';
import { openFixture } from '../model/open-fixture.js';
import { assertPlaces } from './place-golden.js';

for (const name of ['gpt2-default', 'llama-default']) {
  test(`${name} equals the reference`, () => assertPlaces(contrastContinuation, name));
}

test('of single tokens it is the contrast between them', async () => {
  await using model = await openFixture('gpt2-default');
  const value = async (target: string) =>
    (await model.run('to the', { capture: [], gradient: { target: parseTarget(target), of: [] } })).target
      .value;
  assertClose(
    [await value('contrast-continuation:#70,#83')],
    [await value('contrast:#70,#83')],
    1e-6,
    'value',
  );
});

test('unequal lengths are refused, with both', async () => {
  await using model = await openFixture('gpt2-default');
  const target = parseTarget('contrast-continuation: dog sat,#83');
  await assert.rejects(model.run('to the', { gradient: { target, of: [] } }), /has \d+ tokens and "#83" 1/);
});
