import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { parseSafetensors } from '../../src/checkpoint/index.js';
import { FixtureCopies } from '../model/fixture-copy.js';
import { makeTranslator } from '../model/translator.js';
import { namesIn, pellucid, temporaryFolder } from './run-cli.js';

const copies = new FixtureCopies();
after(() => copies.remove());

const settings = { eos_token_id: 1, num_beams: 4 };
const translator = () => makeTranslator(copies, 't5-default', { before: [], after: ['</s>'] }, {}, settings);

suite('an encoder-decoder on the command line', () => {
  test('the overview shows both texts and cross attention; the model writes a target where none is given', async () => {
    const model = await translator();
    const folder = temporaryFolder();
    const given = ['the cat sat', '--model', model, '-o', folder];
    const { code, stdout, stderr } = await pellucid([...given, '--target-text', 'die katze']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Target \(3\)\n {2}<pad> │ die │ katze/);
    assert.match(stdout, /Cross attention · layer \d, head \d/);
    assert.match(stdout, /--stack cross --layer/);
    assert.deepEqual(namesIn(folder), ['attention.html', 'attention.png', 'attention.svg', 'report.html']);
    assert.match((await pellucid(given)).stdout, /Target \(\d+, written by the model\)/);
  });

  test('attention of each stack, as CSV with the tokens of its axes', async () => {
    const model = await translator();
    const folder = temporaryFolder();
    for (const [stack, columns, rows] of [
      ['encoder', 4, 4],
      ['decoder', 3, 3],
      ['cross', 4, 3],
    ] as const) {
      const file = join(folder, `${stack}.csv`);
      const given = ['attention', 'the cat sat', '--target-text', 'die katze', '--model', model];
      const { code, stderr } = await pellucid([...given, '--stack', stack, '-o', file]);
      assert.equal(code, 0, stderr);
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      assert.equal(lines.length, rows + 1);
      assert.equal(lines[0]!.split(',').length, columns + 1);
      assert.match(lines.at(-1)!, stack === 'encoder' ? /^3: <\/s>,/ : /^2: katze,/);
    }
  });

  test('capture keeps the ids of both sequences', async () => {
    const model = await translator();
    const file = join(temporaryFolder(), 'acts.safetensors');
    const given = ['capture', 'the cat', '--decoder-token-ids', '0,13', '--model', model, '-o', file];
    const { code, stderr } = await pellucid([...given, '--hooks', '*.hook_pattern']);
    assert.equal(code, 0, stderr);
    const tensors = parseSafetensors(readFileSync(file));
    assert.deepEqual([...(tensors.get('decoder_token_ids')!.data as BigInt64Array)], [0n, 13n]);
    assert.deepEqual(tensors.get('decoder.blocks.1.cross_attn.hook_pattern')!.shape, [4, 2, 3]);
  });

  test('generate writes the target alone, and says what it does not follow', async () => {
    const model = await translator();
    const given = ['generate', 'the cat', '--target-text', 'die', '--model', model, '--max-new-tokens', '3'];
    const { code, stdout, stderr } = await pellucid(given);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^die/);
    assert.match(stderr, /num_beams 4 in the generation settings of .* is not followed/);
  });

  test('explain scores both texts, and check makes it again', async () => {
    const model = await translator();
    const file = join(temporaryFolder(), 'why.json');
    const given = ['explain', 'the cat sat', '--target-text', 'die', '--model', model, '--features', 'words'];
    const asked = [...given, '--target', 'continuation: katze der', '-o', file];
    const { code, stdout, stderr } = await pellucid([...asked, '--format', 'text']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /sat[\s\S]*die/);
    const { features } = JSON.parse(readFileSync(file, 'utf8')) as { features: { stack: string }[] };
    assert.deepEqual(
      features.map(({ stack }) => stack),
      ['encoder', 'encoder', 'encoder', 'decoder'],
    );
    const checked = await pellucid(['check', file]);
    assert.equal(checked.code, 0, checked.stderr);
    assert.match(checked.stdout, /occlusion: the same/);
    const one = await pellucid([...given, '--stack', 'decoder', '--format', 'json']);
    assert.equal((JSON.parse(one.stdout) as { features: unknown[] }).features.length, 1);
  });

  test('two targets, and a target for a model of one stack, are refused', async () => {
    const both = await pellucid(['x', '--target-text', 'y', '--decoder-token-ids', '0']);
    assert.equal(both.code, 2);
    assert.match(both.stderr, /--target-text or --decoder-token-ids, not both/);
    const one = await pellucid(['attention', 'x', '--target-text', 'y', '--model', 'pellucid-gpt2']);
    assert.equal(one.code, 1);
    assert.match(one.stderr, /pellucid-gpt2 has no decoder beside its encoder/);
  });
});
