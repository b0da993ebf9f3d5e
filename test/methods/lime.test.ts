import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseTarget } from '../../src/index.js';
import { coalitionOf } from '../../src/methods/games/game.js';
import { nearness } from '../../src/methods/games/lime.js';
import { fitLocalModel, type LocalModel } from '../../src/methods/games/local-model.js';
import { ask, Coalitions } from '../../src/question/index.js';
import { openFixture } from '../model/open-fixture.js';
import { referenceTolerance } from '../tolerances.js';
import { answerCase, assertClose, methodCases } from './method-golden.js';

const cases = methodCases('lime');

suite('lime of all coalitions equals the reference', () => {
  for (const golden of cases) {
    const { checkpoint, tokenIds, target, position, removal } = golden;
    const { model: kind, alpha } = golden.options as { model: LocalModel['kind']; alpha: number };
    test(`${checkpoint}, ${kind}`, async () => {
      await using model = await openFixture(checkpoint);
      const asked = parseTarget(target, { position: position ?? undefined });
      const game = new Coalitions(await ask(model, { tokenIds }, { target: asked, removal }));
      const { size } = game;
      const all = Array.from({ length: 2 ** size }, (_, bits) => coalitionOf(bits, size));
      const values = await game.values(all);
      const samples = all.map((coalition, i) => {
        return { coalition, value: values[i]!, weight: nearness(coalition, 1) };
      });
      const { coefficients } = fitLocalModel(samples, size, { kind, alpha });
      assertClose(coefficients, golden.scores, referenceTolerance, 'coefficients');
    });
  }
});

test('random coalitions come to the same, within the errors', async () => {
  const golden = cases[1]!;
  const found = await answerCase('lime', golden, { samples: 400 });
  for (const [i, score] of golden.scores.entries()) {
    const off = Math.abs(found.values.data[i]! - score);
    assert.ok(off < 4 * found.standardError!.data[i]!, `score ${i} is off by ${off}`);
  }
  const [unexplained] = found.errors;
  assert.equal(unexplained!.name, 'unexplained variance');
  assert.ok(unexplained!.value > 0 && unexplained!.value < 1);
  const again = await answerCase('lime', golden, { samples: 400 });
  assert.deepEqual(again.values.data, found.values.data);
});

test('the default number of samples is told', async () => {
  const found = await answerCase('lime', cases[0]!);
  assert.equal(found.note, 'lasso fitted to 520 random coalitions of 4 features');
});
