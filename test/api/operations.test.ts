import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ModelHost, type OperationName, type RequestOf } from '../../src/api/index.js';
import { inProcessClient } from '../../src/client/index.js';
import { loadModel } from '../../src/load-model.js';
import { overview } from '../../src/overview.js';
import { FixtureCopies } from '../model/fixture-copy.js';
import { makeTranslator } from '../model/translator.js';
import { bundledSource } from '../server/server.js';

const text = 'Anna met Tom in the park. Anna met';
const model = 'pellucid-gpt2';
const root = new URL('../../../', import.meta.url);
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/checkpoints/${name}`, root));

suite('what can be asked', () => {
  let folder: string;
  let chatting: string;
  let translator: string;
  const copies = new FixtureCopies();
  let host: ModelHost;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pellucid-operations-'));
    chatting = join(folder, 'chatting');
    cpSync(fileURLToPath(new URL('models/pellucid-gpt2', root)), chatting, {
      recursive: true,
    });
    writeFileSync(
      join(chatting, 'chat_template.jinja'),
      '{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}',
    );
    translator = await makeTranslator(copies, 't5-default', { before: [], after: ['</s>'] });
    const names = [model, 'pellucid-bert', chatting, translator, fixture('bert-sequence-classification')];
    host = new ModelHost({
      ...bundledSource,
      list: async () => names.map((name) => ({ name, title: name, modelType: '', from: 'named' as const })),
    });
    await host.open(model);
  });
  after(async () => {
    await host.close();
    rmSync(folder, { recursive: true });
    await copies.remove();
  });

  const ask = <Name extends OperationName>(name: Name, request: RequestOf<Name>) =>
    inProcessClient(host).ask(name, request);

  test('an overview finds what the library finds, one finding at a time', async () => {
    await using own = await loadModel(model);
    const expected = await overview(own, { text });
    const found = await Promise.all(
      (['attribution', 'head', 'mlp'] as const).map((finding) =>
        ask('overview', { model, input: { text }, findings: [finding] }),
      ),
    );
    assert.deepEqual(found[0]!.attribution, expected.attribution);
    assert.deepEqual(found[1]!.head, expected.head);
    assert.deepEqual(found[2]!.mlp, expected.mlp);
    assert.equal(found[0]!.head, null);
  });

  test('an overview of another question is about that', async () => {
    const asked = { model, input: { text }, target: 'contrast: Tom, John', findings: [] };
    const { target, attribution } = await ask('overview', asked);
    assert.equal(target!.name, 'contrast');
    assert.equal(attribution, null);
  });

  test('a lens ends in the answer, and its pinned tokens are followed', async () => {
    const { predictions, answerAt } = await ask('run', { model, input: { text } });
    const [best, second] = predictions[0]!.candidates;
    const found = await ask('lens', { model, input: { text }, pinned: [second!.id, best!.text] });
    assert.deepEqual(
      found.pinned.map(({ id }) => id),
      [second!.id, best!.id],
    );
    const [, rows, columns] = found.ranks.shape as [number, number, number];
    const rank = (pin: number) => found.ranks.data[(pin * rows + rows - 1) * columns + columns - 1];
    assert.deepEqual([rank(0), rank(1)], [2, 1]);
    assert.equal(answerAt, null);
  });

  test('contributions of heads add up to the target', async () => {
    const found = await ask('contributions', { model, input: { text }, target: 'logit: Tom', unit: 'head' });
    const sum = found.values.data.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - found.target.value) < 1e-3);
  });

  test('a generated token is explained where it was written', async () => {
    const { tokens } = await ask('generate', { model, input: { text }, maxNewTokens: 4 });
    const written = tokens.slice(0, 2).map(({ id }) => id);
    const input = { text, written };
    const run = await ask('run', { model, input });
    assert.equal(run.predictions[0]!.candidates[0]!.id, tokens[2]!.id);
    assert.equal(run.subject.text, text + tokens[0]!.text + tokens[1]!.text);
    const { attributions } = await ask('compare', {
      ...{ model, input, methods: ['occlusion'], verdict: 'off' as const, features: 'words' as const },
    });
    assert.equal(attributions[0]!.target.answers[0]!.id, tokens[2]!.id);
    assert.equal(attributions[0]!.target.position, run.tokens.length - 1);
    assert.match(attributions[0]!.features.at(-1)!.label, new RegExp(tokens[1]!.text.trim()));
  });

  test('predictions are given where they are asked for', async () => {
    const { predictions } = await ask('run', { model, input: { text }, positions: [0, 3] });
    assert.deepEqual(
      predictions.map(({ position }) => position),
      [0, 3],
    );
  });

  test('a conversation is read by the template, and refused without one', async () => {
    const chat = [{ role: 'user', content: 'Anna met Tom.' }];
    await host.open(chatting);
    assert.equal((await ask('open', { model: chatting })).chat, true);
    assert.equal((await ask('open', { model })).chat, false);
    const { subject } = await ask('run', { model: chatting, input: { chat } });
    assert.match(subject.text!, /^user: Anna met Tom\./);
    await assert.rejects(ask('run', { model, input: { chat } }), /template/);
    await assert.rejects(ask('run', { model, input: { chat, text } }), /give a text or a chat/);
    await assert.rejects(ask('run', { model, input: {} }), /give a text or a chat/);
  });

  test('an encoder-decoder reads a target, and explains what it wrote', async () => {
    const name = translator;
    const opened = await ask('open', { model: name });
    assert.equal(opened.decoder, true);
    const input = { text: 'the cat sat' };
    const { tokens } = await ask('generate', { model: name, input, maxNewTokens: 3 });
    const written = tokens.slice(0, 2).map(({ id }) => id);
    const run = await ask('run', { model: name, input: { ...input, written } });
    assert.equal(run.decoderTokens!.length, 3);
    assert.equal(run.predictions[0]!.candidates[0]!.id, tokens[2]!.id);
  });

  test('a text is one answer, several pieces or none', async () => {
    const pieces = (of: string, words: string) => ask('answer-pieces', { model: of, text: words });
    assert.ok((await pieces(model, 'Tom')).id !== null);
    const several = await pieces(model, 'Tom met Anna');
    assert.equal(several.id, null);
    assert.ok(several.pieces.length > 1);
    await host.open('pellucid-bert');
    await assert.rejects(pieces('pellucid-bert', '漢'), /not in the vocabulary/);
    const classifier = fixture('bert-sequence-classification');
    const { labels } = await ask('open', { model: classifier });
    assert.equal((await pieces(classifier, labels[1]!)).id, 1);
  });
});
