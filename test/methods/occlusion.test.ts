import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../src/index.js';
import { openFixture } from '../model/open-fixture.js';
import { answerCase, assertClose, methodCases, testReference } from './method-golden.js';

testReference('occlusion');

test('the score of a feature is what the target loses without it', async () => {
  const [golden] = methodCases('occlusion');
  const found = await answerCase('occlusion', golden!);
  const changed = golden!.tokenIds.map((id, i) => (i === golden!.positions[0] ? 4 : id));
  await using model = await openFixture(golden!.checkpoint);
  const without = await explain(
    model,
    { tokenIds: changed },
    { method: 'occlusion', target: golden!.target },
  );
  // The mask's embedding in a token's place is the mask in its place.
  assertClose([found.values.data[0]!], [found.target.value - without.target.value], 1e-5, 'difference');
  assert.equal(found.baseline?.removal, 'mask');
});
