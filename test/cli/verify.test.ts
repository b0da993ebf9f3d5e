import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseSafetensors, serializeSafetensors } from '../../src/checkpoint/index.js';
import type { Verification } from '../../src/index.js';
import { fixturesFolder } from '../model/golden.js';
import { fixture, pellucid, temporaryFolder } from './run-cli.js';

const reference = fileURLToPath(new URL('verification/gpt2-default.safetensors', fixturesFolder));

test('a table of checks with a verdict', async () => {
  const { code, stdout, stderr } = await pellucid([
    'verify',
    fixture('gpt2-default'),
    '--reference',
    reference,
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ +masked entries are exactly 0 +0 +0 +passed$/m);
  assert.match(stdout, /^ +reference: logits +\S+ +\S+ +passed +most in logits \(logits\)$/m);
  assert.match(stdout, /^passed: \d+ passed, 0 failed$/m);
  assert.equal(stderr, '');
});

test('a check that fails gives exit code 1, as JSON too', async () => {
  const tensors = parseSafetensors(readFileSync(reference));
  (tensors.get('logits')!.data as Float32Array)[0]! += 1;
  const file = join(temporaryFolder(), 'wrong.safetensors');
  writeFileSync(file, serializeSafetensors(tensors));
  const { code, stdout } = await pellucid([
    ...['verify', fixture('gpt2-default'), '--reference', file, '--json'],
  ]);
  assert.equal(code, 1);
  const found = JSON.parse(stdout) as Verification;
  assert.equal(found.verdict, 'failed');
  assert.deepEqual(
    found.checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name),
    ['reference: logits'],
  );
});

test('the script for a reference', async () => {
  const { code, stdout } = await pellucid(['verify', fixture('llama-default'), '--reference-script']);
  assert.equal(code, 0);
  assert.match(stdout, /^import transformers$/m);
  assert.match(stdout, /^ids = torch\.tensor\(\[\[16, /m);
  assert.ok(stdout.split('\n').length <= 24);
});

test('what cannot be used is refused in one sentence', async () => {
  const cases: readonly [readonly string[], number, RegExp][] = [
    [['verify'], 2, /missing required argument 'model'/],
    [
      ['verify', fixture('gpt2-default'), '--text', 'a', '--token-ids', '1'],
      2,
      /give --text or --token-ids, not both/,
    ],
    [['verify', fixture('gpt2-default'), '--reference', 'none.safetensors'], 1, /there is no file none/],
    [
      ['verify', fixture('llama-default'), '--text', 'a'],
      1,
      /has no tokenizer files, so it cannot read a text: give token ids instead/,
    ],
    [['verify', fixture('gpt2-default'), '--token-ids', '99999'], 1, /99999/],
  ];
  for (const [parameters, expected, message] of cases) {
    const { code, stdout, stderr } = await pellucid(parameters);
    assert.equal(code, expected, parameters.join(' '));
    assert.match(stderr, message);
    assert.equal(stderr.trim().split('\n').length, 1);
    assert.equal(stdout, '');
  }
});
