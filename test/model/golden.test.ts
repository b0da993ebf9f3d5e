import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { architectures } from '../../src/model/architectures/index.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { referenceTolerance } from '../tolerances.js';
import { fixturesFolder, goldenCases, goldenModelType, modelTypesWithoutArchitecture } from './golden.js';
import { openGoldenCheck } from './golden-check.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

const names = readdirSync(new URL('checkpoints/', fixturesFolder));
const waiting = names.filter((name) => modelTypesWithoutArchitecture.includes(goldenModelType(name)));

test('every checkpoint has an architecture, but for the model types that are listed as waiting', () => {
  const types = new Set(waiting.map(goldenModelType));
  assert.deepEqual([...types].sort(), modelTypesWithoutArchitecture, 'the list names a type without goldens');
  const supported = architectures.map(({ modelType }) => modelType);
  assert.deepEqual(
    modelTypesWithoutArchitecture.filter((type) => supported.includes(type)),
    [],
    'take these out of the list: they have an architecture now',
  );
});

for (const name of names.filter((name) => !waiting.includes(name))) {
  describe(`${name} equals the reference`, async () => {
    const checkpoint = await openGoldenCheck(name, runtime);
    after(() => checkpoint.close());

    for (const golden of goldenCases(name)) {
      test(golden.name, () => checkpoint.check(golden, referenceTolerance));
    }
  });
}
