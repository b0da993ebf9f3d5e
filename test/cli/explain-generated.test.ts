import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { FixtureCopies } from '../model/fixture-copy.js';
import { namesIn, pellucid, temporaryFolder } from './run-cli.js';

const prompt = 'Anna met Tom in the park.';
const copies = new FixtureCopies();
after(() => copies.remove());

suite('pellucid explain of a generated text', () => {
  test('a line for each token that the model writes, and files that show and check read', async () => {
    const cwd = temporaryFolder();
    const asked = ['explain', prompt, '--generate', '--max-new-tokens', '3', '--method', 'input-x-gradient'];
    const { code, stdout, stderr } = await pellucid(asked, { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Input × gradient: what each generated token rests on most, pellucid-gpt2\n\n/);
    assert.equal(stdout.match(/^ {2}\S+ +logit \d+\.\d\d {2}/gm)?.length, 3);
    const outputs = ['w.json', 'w.svg', 'w.png', 'w.html'];
    const saved = await pellucid([...asked, ...outputs.flatMap((path) => ['-o', path]), '-q'], { cwd });
    assert.equal(saved.code, 0, saved.stderr);
    assert.deepEqual(namesIn(cwd), outputs.toSorted());
    const shown = await pellucid(['show', 'w.json', '-o', 'again.svg', '-q'], { cwd });
    assert.equal(shown.code, 0, shown.stderr);
    assert.equal(readFileSync(join(cwd, 'again.svg'), 'utf8'), readFileSync(join(cwd, 'w.svg'), 'utf8'));
    assert.equal((await pellucid(['show', 'w.json'], { cwd })).stdout, stdout);
    const checked = await pellucid(['check', 'w.json'], { cwd });
    assert.match(checked.stdout, /^input-x-gradient: the same/, checked.stderr);
    const stored = JSON.parse(readFileSync(join(cwd, 'w.json'), 'utf8'));
    stored.values.data[0] += 1;
    stored.subject.contentHash = 'sha256:0';
    writeFileSync(join(cwd, 'changed.json'), JSON.stringify(stored));
    const changed = await pellucid(['check', 'changed.json'], { cwd });
    assert.equal(changed.code, 1);
    assert.match(changed.stderr, /the weights: .*largest difference 1\.0/);
  });

  test('a context: which tokens rely on it', async () => {
    const cwd = temporaryFolder();
    const asked = ['explain', 'Anna met', '--context', prompt, '--generated', ' Tom in the park.'];
    const { code, stdout, stderr } = await pellucid([...asked, '-o', 'c.json', '--format', 'text'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Occlusion: which tokens rely on the context/);
    assert.match(stdout, /\n {2}·Tom +KL \d\.\d\d {2}.*Tom \+\d/);
    assert.match(stdout, /below the threshold/);
    assert.match((await pellucid(['check', 'c.json'], { cwd })).stdout, /^occlusion: the same/);
  });

  test('what does not go together is a usage error', async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['--generate', '--method', 'occlusion,saliency'], /by one method/],
      [['--generate', '--position', '2'], /leave --target-id and --position out/],
      [['--max-new-tokens', '3'], /goes with --generate/],
      [['--context', 'x', '--target', 'logit'], /leave --target out/],
      [['--context', 'x', '--pair', 'y'], /plain text/],
    ];
    for (const [options, message] of cases) {
      const { code, stderr } = await pellucid(['explain', prompt, ...options]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
    const masked = await pellucid(['explain', 'a [MASK]', '--generate']);
    assert.match(masked.stderr, /does not go on with a text/);
  });
});

suite('features that are named', () => {
  test('slots of the text', async () => {
    const asked = ['explain', prompt, '--slot', 'who=0:4', '--slot', 'where=13:24', '--format', 'json'];
    const { code, stdout, stderr } = await pellucid(asked);
    assert.equal(code, 0, stderr);
    const { features } = JSON.parse(stdout);
    assert.deepEqual(
      features.map(({ label }: { label: string }) => label),
      ['who', 'where'],
    );
    const wrong = await pellucid(['explain', prompt, '--slot', 'who=0:400']);
    assert.match(wrong.stderr, /from 0 to 400 is not within the text/);
    assert.equal((await pellucid(['explain', prompt, '--slot', 'who'])).code, 2);
  });

  test('turns of a conversation', async () => {
    const copy = await copies.make('gpt2-generation', {});
    const template = '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:';
    writeFileSync(join(copy, 'chat_template.jinja'), template);
    const chat = [
      { role: 'user', content: 'the dog' },
      { role: 'assistant', content: 'a cat' },
      { role: 'user', content: 'the end' },
    ];
    const given = [
      '--chat',
      JSON.stringify(chat),
      '--model',
      copy,
      '--features',
      'turns',
      '--format',
      'json',
    ];
    const { code, stdout, stderr } = await pellucid(['explain', ...given]);
    assert.equal(code, 0, stderr);
    const { features, subject } = JSON.parse(stdout);
    assert.deepEqual(
      features.map(({ label, span }: { label: string; span: [number, number] }) => [
        label,
        subject.text.slice(...span),
      ]),
      chat.map(({ role, content }, i) => [`${i + 1} ${role}`, content]),
    );
    const plain = await pellucid(['explain', prompt, '--features', 'turns']);
    assert.equal(plain.code, 2);
    assert.match(plain.stderr, /turns goes with --chat/);
  });
});
