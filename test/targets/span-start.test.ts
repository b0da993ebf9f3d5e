import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { explain, type Model, parseTarget } from '../../src/index.js';
import { spanStart } from '../../src/targets/span-start.js';
import { openFixture } from '../model/open-fixture.js';
import { assertPlaces } from './place-golden.js';

test('bert-question-answering equals the reference', () =>
  assertPlaces(spanStart, 'bert-question-answering'));

suite('the start of an answer in the text', () => {
  let model: Model;
  before(async () => {
    model = await openFixture('bert-question-answering');
  });
  after(() => model.close());

  const input = { text: 'Where is it?', pair: 'In the box.' };
  const read = async (target: string) =>
    (await model.run(input, { capture: [], gradient: { target: parseTarget(target), of: [] } })).target;

  test('is found by its words', async () => {
    const { answers, position } = await read('span-start:the box');
    assert.deepEqual([answers[0]!.text, position], ['the', null]);
    assert.equal(
      (await read(`span-start:#${answers[0]!.id}`)).value,
      (await read('span-start:the box')).value,
    );
  });

  test('is the best one of the text that is asked about where none is named', async () => {
    const { answers, value } = await read('span-start');
    const run = await model.run(input, { capture: 'logits' });
    const { data } = run.activation('logits');
    const own = [...run.tokens.keys()].filter((i) => run.tokens[i]!.segment === 1 && !run.tokens[i]!.special);
    const best = Math.max(...own.map((i) => Number(data[2 * i + 0])));
    assert.ok(own.includes(answers[0]!.id));
    assert.ok(Math.abs(value - best) < 1e-5);
  });

  test('moves with its text where tokens before it are left out', async () => {
    const why = await explain(model, input, {
      method: 'occlusion',
      target: 'span-start:the box',
      removal: 'delete',
    });
    const [first] = why.tokens.filter(({ special }) => !special);
    const tokens = why.tokens.filter((token) => token !== first);
    const target = parseTarget(`span-start:#${why.target.answers[0]!.id - 1}`);
    const run = await model.run({ tokens }, { capture: [], gradient: { target, of: [] } });
    assert.ok(Math.abs(why.values.data[0]! - (why.target.value - run.target.value)) < 1e-5);
  });

  test('words that are not there, and models that do not answer so, are refused', async () => {
    await assert.rejects(read('span-start:a cat'), /"a cat" is not in the text/);
    await assert.rejects(read('logit:#1'), /use "span-start" or "span-end"/);
    await using other = await openFixture('bert-default');
    const gradient = { target: parseTarget('span-start:the'), of: [] };
    await assert.rejects(
      other.run('the dog [MASK]', { gradient }),
      /does not answer with a part of the text/,
    );
  });
});
