import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type Model, parseTarget } from '../../src/index.js';
import { architectures } from '../../src/model/index.js';
import { ask, Coalitions, type QuestionOptions } from '../../src/question/index.js';
import { assertClose } from '../methods/method-golden.js';
import { openFixture } from '../model/open-fixture.js';

const folder = new URL('../../../fixtures/checkpoints', import.meta.url);
const causal = architectures.filter((each) => each.causal).map(({ modelType }) => modelType);
/** A checkpoint of each causal architecture with unusual options: windows, biases of positions, scales. */
const unusual = readdirSync(folder).filter(
  (name) =>
    causal.some((modelType) => name === `${modelType}-unusual`) &&
    !/^(m2m|marian|mbart|mt5|pegasus|t5)/.test(name),
);
const tokenIds = [31, 18, 58, 22, 46, 60, 12, 33, 44, 61];

/** The values of each token's absence and of an order in which tokens join, and whether trees were read for them. */
async function valuesOf(model: Model, plain: boolean, options: Partial<QuestionOptions> = {}) {
  const game = new Coalitions(
    await ask(model, { tokenIds }, { target: parseTarget('logit:#50'), ...options }),
  );
  const { size } = game;
  const order = Array.from({ length: size - 2 }, (_, i) => (i * 3 + 1) % size);
  const coalitions = [
    ...Array.from({ length: size }, (_, i) => game.of([i], false)),
    ...order.map((_, i) => game.of(order.slice(0, i + 1))),
  ];
  let read = false;
  const readBranches = model.readBranches.bind(model);
  model.readBranches = async (asked) => {
    const values = plain ? undefined : await readBranches(asked);
    read = values !== undefined;
    return values;
  };
  try {
    return { values: await game.values(coalitions), read };
  } finally {
    model.readBranches = readBranches;
  }
}

async function holds(model: Model, options: Partial<QuestionOptions>, what: string): Promise<void> {
  const trees = await valuesOf(model, false, options);
  assert.equal(trees.read, !model.dimensions.decoder, `${what} is read as trees`);
  const plain = await valuesOf(model, true, options);
  assertClose(trees.values, [...plain.values], 1e-5, what);
}

suite('inputs that begin alike are read as trees', () => {
  for (const name of unusual) {
    test(name, async () => {
      await using model = await openFixture(name);
      for (const removal of ['zero', 'hide', 'delete'] as const)
        await holds(model, { removal }, `${name}, ${removal}`);
    });
  }

  test('with targets at several places, of distributions and of classes', async () => {
    await using model = await openFixture('gpt2-default');
    for (const target of ['continuation:Ġthe', 'entropy', 'log-probability:#50'])
      await holds(model, { target: parseTarget(target) }, target);
    await using classifier = await openFixture('gpt2-sequence-classification');
    const target = parseTarget('logit:#1');
    for (const removal of ['zero', 'delete'] as const) await holds(classifier, { removal, target }, removal);
  });

  test('one at a time where nothing is shared', async () => {
    await using model = await openFixture('gpt2-default');
    const branch = (steps: number[]) => ({ steps, places: [{ position: 1, answers: [50] }] });
    const [token] = (await model.run({ tokenIds }, { capture: [] })).tokens;
    const piece = { token: token!, embedding: new Float32Array(model.dimensions.width), hidden: false };
    const pieces = [piece, piece, piece, piece];
    const { definition } = parseTarget('logit');
    const read = (a: number[], b: number[]) =>
      model.readBranches({ pieces, definition, branches: [branch(a), branch(b)], tokensAtOnce: 99 });
    assert.equal(await read([0, 1], [2, 3]), undefined);
    assert.equal((await read([0, 1], [0, 2]))?.length, 2);
  });
});
