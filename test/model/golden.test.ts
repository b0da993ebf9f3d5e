import { readdirSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { NodeRuntime } from '../../src/runtime/node.js';
import { referenceTolerance } from '../tolerances.js';
import { fixturesFolder, goldenCases } from './golden.js';
import { openGoldenCheck } from './golden-check.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

for (const name of readdirSync(new URL('checkpoints/', fixturesFolder))) {
  describe(`${name} equals the reference`, async () => {
    const checkpoint = await openGoldenCheck(name, runtime);
    after(() => checkpoint.close());

    for (const golden of goldenCases(name)) {
      test(golden.name, () => checkpoint.check(golden, referenceTolerance));
    }
  });
}
