import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FixtureCopies } from '../model/fixture-copy.js';
import { pellucid } from './run-cli.js';

const copies = new FixtureCopies();
let model: string[];
let file: string;
let folder: string;

before(async () => {
  const copy = await copies.make('gpt2-generation', {});
  const template = '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:';
  await writeFile(join(copy, 'chat_template.jinja'), template);
  model = ['--model', copy];
  folder = await mkdtemp(join(tmpdir(), 'chat-'));
  file = join(folder, 'messages.json');
  await writeFile(file, JSON.stringify([{ role: 'user', content: 'the dog' }]));
});
after(async () => {
  await copies.remove();
  await rm(folder, { recursive: true });
});

async function promptOf(...options: string[]): Promise<string> {
  const made = ['generate', ...model, '--json', '--max-new-tokens', '1', ...options];
  const { code, stdout, stderr } = await pellucid(made);
  assert.equal(code, 0, stderr);
  const { tokens, promptLength } = JSON.parse(stdout) as {
    tokens: { text: string }[];
    promptLength: number;
  };
  return tokens
    .slice(0, promptLength)
    .map(({ text }) => text)
    .join('');
}

test('messages come as JSON or from a file, and a system text stands before them', async () => {
  const expected = 'system: be brief\nuser: the dog\nassistant:';
  const json = '[{"role": "user", "content": "the dog"}]';
  assert.equal(await promptOf('--chat', json, '--system', 'be brief'), expected);
  assert.equal(await promptOf('--chat', `@${file}`, '--system', 'be brief'), expected);
  assert.equal(await promptOf('the dog', '--system', 'be brief'), expected);
});

for (const [what, options, message] of [
  ['no JSON', ['--chat', '[{'], /It is not JSON/],
  ['no list', ['--chat', '{}'], /must be a list of messages/],
  ['no file', ['--chat', '@nowhere.json'], /nowhere\.json cannot be read/],
  ['two inputs', ['a text', '--chat', '[]'], /one of the two/],
  ['ids beside messages', ['--token-ids', '1', '--system', 'x'], /neither --pair nor --token-ids/],
  ['no message', ['--chat', '[]'], /No messages are given/],
  ['what is no message', ['--chat', '[{"role": 7}]'], /Message 0 is not/],
] as const) {
  test(`${what}: one clear sentence`, async () => {
    const { code, stdout, stderr } = await pellucid(['generate', ...model, ...options]);
    assert.notEqual(code, 0);
    assert.equal(stdout, '');
    assert.match(stderr, message);
  });
}
