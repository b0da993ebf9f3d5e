import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { readTensors } from '../../src/checkpoint/index.js';
import { architectures } from '../../src/model/architectures/index.js';
import { fixture, namesIn, pellucid, temporaryFolder } from './run-cli.js';

const gpt2 = ['--model', fixture('gpt2-default')];
const pictures = ['attention.html', 'attention.png', 'attention.svg'];
const bert = ['--model', fixture('bert-default')];

/** `__metadata__` of a safetensors file. */
function metadataOf(path: string): Record<string, string> {
  const bytes = readFileSync(path);
  return JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0)))).__metadata__;
}

suite('pellucid "<text>"', () => {
  test('shows tokens, predictions, findings and a grid, and writes four files', async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await pellucid(
      ['Hello, world!', ...gpt2, '--output-folder', 'new/out'],
      { cwd },
    );
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /^Tokens \(10, /);
    assert.match(stdout, /H │ e │ ll │ o │ , │ ·w │ or │ l │ d │ !/);
    assert.match(stdout, /What comes next\n +\d+\.\d % /);
    assert.match(stdout, /Attention · layer \d, head \d\n/);
    assert.match(stdout, /\nWhat matters for it \(logit of .*\n {2}words .* \[inconclusive\]\n/);
    assert.match(
      stdout,
      /\n {2}head {3}layer \d, head \d {2}\[inconclusive\]\n[\s\S]*\n {2}MLP {4}layer \d at /,
    );
    assert.match(stdout, /\nthe head that matters most for the answer/);
    assert.match(stdout, /Written\n +new.out.report\.html\n +new.out.attention\.svg\n/);
    assert.deepEqual(namesIn(join(cwd, 'new/out')), [...pictures, 'report.html']);
    assert.match(readFileSync(join(cwd, 'new/out/attention.svg'), 'utf8'), /^<svg/);
    assert.equal(readFileSync(join(cwd, 'new/out/attention.png')).subarray(1, 4).toString(), 'PNG');
    const html = readFileSync(join(cwd, 'new/out/attention.html'), 'utf8');
    assert.match(html, /^<!doctype html>/);
    assert.doesNotMatch(html, /(src|href)="https?:/);
  });

  test('the report stands alone and says how to make it again', async () => {
    const cwd = temporaryFolder();
    await pellucid(['Anna met Tom. Anna met'], { cwd });
    const html = readFileSync(join(cwd, 'report.html'), 'utf8');
    assert.doesNotMatch(html, /<script|(src|href)="(?!data:)/);
    assert.match(html, /pellucid &quot;Anna met Tom\. Anna met&quot;/);
    assert.match(html, /The head that matters most: layer \d, head \d <span class="verdict/);
  });

  test('--verdict off looks for nothing that matters', async () => {
    const cwd = temporaryFolder();
    const { stdout } = await pellucid(['Hello', ...gpt2, '--verdict', 'off'], { cwd });
    assert.doesNotMatch(stdout, /What matters/);
    assert.match(stdout, /\nchosen of 8 heads: /);
    assert.deepEqual(namesIn(cwd), pictures);
  });

  test('uses the bundled models, offline: one for what comes next, one for [MASK]', async () => {
    const next = await pellucid(['Hello, world!'], { cwd: temporaryFolder() });
    assert.match(next.stdout, /^Tokens \(\d+, pellucid-gpt2\)\n/, next.stderr);
    assert.match(next.stdout, /What comes next/);
    const masked = await pellucid(['Ada has a [MASK].'], { cwd: temporaryFolder() });
    assert.match(masked.stdout, /^Tokens \(\d+, pellucid-bert\)\n/, masked.stderr);
    assert.match(masked.stdout, /What stands at \[MASK\]/);
  });

  test('reads a single word as a text, and asks whether a command was meant', async () => {
    const { code, stdout, stderr } = await pellucid(['modles', ...gpt2], { cwd: temporaryFolder() });
    assert.equal(code, 0);
    assert.match(stdout, /^Tokens/);
    assert.equal(stderr, 'pellucid: "modles" is read as a text; did you mean the command "models"?\n');
  });

  test('files are written though nobody reads stdout', async () => {
    const cwd = temporaryFolder();
    const { code } = await pellucid(['Hello', ...gpt2], { cwd, closeStdout: true });
    assert.equal(code, 0);
    assert.deepEqual(namesIn(cwd), [...pictures, 'report.html']);
  });

  test('leaves nothing in the home folder: the engine keeps no device id and reports to nobody', async () => {
    const home = temporaryFolder();
    await pellucid(['Hello', ...gpt2, '-o', temporaryFolder()], { cwd: home });
    assert.deepEqual(namesIn(home), []);
  });

  test('layer and head can be chosen; quiet leaves out the hints', async () => {
    const cwd = temporaryFolder();
    const { stdout } = await pellucid(['Hello', ...gpt2, '--layer', '1', '--head', '2', '--quiet'], { cwd });
    assert.match(stdout, /layer 1, head 2/);
    assert.doesNotMatch(stdout, /matters most for|Next/);
  });

  test('fills in a mask token', async () => {
    const cwd = temporaryFolder();
    const { stdout } = await pellucid(['hello [MASK]!', ...bert, '--top', '3'], { cwd });
    const [, predictions = ''] = stdout.split(/What stands at \[MASK\] \(position \d+\)\n/);
    assert.equal(predictions.match(/^ +\d+\.\d %/gm)?.length, 3);
  });

  test('each kind of head says what it answers', async () => {
    const headings = {
      'bert-sequence-classification': 'Class\n',
      'bert-token-classification': 'Class of each token\n',
      'bert-question-answering': 'Answer\n',
      'bert-no-pooler': 'predicts nothing',
    };
    for (const [name, heading] of Object.entries(headings)) {
      const cwd = temporaryFolder();
      const { stdout, stderr } = await pellucid(['hello', '--pair', 'world', '--model', fixture(name)], {
        cwd,
      });
      assert.ok(stdout.includes(heading), `${name}: ${stdout}${stderr}`);
    }
  });

  test('colours only where they are wanted', async () => {
    const cwd = temporaryFolder();
    const plain = await pellucid(['Hello', ...gpt2], { cwd, env: { TERM: 'xterm-256color' } });
    const forced = await pellucid(['Hello', ...gpt2], { cwd, env: { FORCE_COLOR: '3' } });
    assert.ok(!plain.stdout.includes('\u001b['));
    assert.ok(forced.stdout.includes('\u001b[48;2;'));
    const none = await pellucid(['Hello', ...gpt2], { cwd, env: { NO_COLOR: '1', TERM: 'xterm-256color' } });
    assert.equal(none.stdout, plain.stdout);
  });
});

suite('pellucid attention', () => {
  test('shows a grid without --output and writes nothing', async () => {
    const cwd = temporaryFolder();
    const { code, stdout } = await pellucid(['attention', 'Hello', ...gpt2, '--layer', '0', '--head', '1'], {
      cwd,
    });
    assert.equal(code, 0);
    assert.match(stdout, /^Attention · layer 0, head 1\n/);
    assert.deepEqual(namesIn(cwd), []);
  });

  test('writes each format, and says which head it chose', async () => {
    const cwd = temporaryFolder();
    const outputs = ['a.svg', 'a.PNG', 'a.html', 'a.json', 'a.csv'];
    const { code, stderr } = await pellucid(
      ['attention', 'say "hi", ok', ...gpt2, ...outputs.flatMap((path) => ['-o', path]), '--colors', 'magma'],
      { cwd },
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^layer \d, head \d: chosen of 8 heads/);
    assert.deepEqual(namesIn(cwd), [...outputs].sort());
  });

  test('JSON and CSV hold the same numbers, rows summing to 1', async () => {
    const cwd = temporaryFolder();
    const head = ['--layer', '1', '--head', '0', '-o', 'a.json', '-o', 'a.csv'];
    await pellucid(['attention', 'a "b",=c', ...gpt2, ...head], { cwd });
    const json = JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8'));
    assert.equal(json.schemaVersion, 1);
    assert.equal(json.method, 'attention');
    assert.deepEqual(json.options, { layer: 1, head: 0 });
    assert.deepEqual(json.values.axes, ['destination', 'source']);
    const length = json.tokens.length;
    assert.deepEqual(json.values.shape, [length, length]);
    const lines = readFileSync(join(cwd, 'a.csv'), 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, length + 1);
    assert.match(lines[0]!, /^destination,0: a,.*"\d: """/);
    for (const [row, line] of lines.slice(1).entries()) {
      const numbers = line.split(',').slice(-length).map(Number);
      assert.deepEqual(numbers, json.values.data.slice(row * length, (row + 1) * length));
      const sum = numbers.reduce((a: number, b: number) => a + b, 0);
      assert.ok(Math.abs(sum - 1) < 1e-5, `row ${row} sums to ${sum}`);
    }
  });

  test('reads token ids and pairs', async () => {
    const cwd = temporaryFolder();
    await pellucid(['attention', '--token-ids', '5,6,7', ...gpt2, '-o', 'ids.json'], { cwd });
    const ids = JSON.parse(readFileSync(join(cwd, 'ids.json'), 'utf8'));
    assert.deepEqual(
      ids.tokens.map(({ id }: { id: number }) => id),
      [5, 6, 7],
    );
    assert.equal(ids.subject.text, null);
    await pellucid(['attention', 'hello', '--pair', 'world', ...bert, '-o', 'pair.json'], { cwd });
    const pair = JSON.parse(readFileSync(join(cwd, 'pair.json'), 'utf8'));
    assert.deepEqual([...new Set(pair.tokens.map(({ segment }: { segment: number }) => segment))], [0, 1]);
    assert.equal(pair.subject.pair, 'world');
  });
});

suite('pellucid capture', () => {
  test('writes a tensor for each hook point, the ids, and what they are of', async () => {
    const cwd = temporaryFolder();
    const hooks = 'blocks.*.attn.hook_pattern,logits';
    const { code, stderr } = await pellucid(
      ['capture', 'Hello', ...gpt2, '--hooks', hooks, '-o', 'a.safetensors'],
      {
        cwd,
      },
    );
    assert.equal(code, 0, stderr);
    const tensors = await readTensors(join(cwd, 'a.safetensors'));
    const patterns = ['blocks.0.attn.hook_pattern', 'blocks.1.attn.hook_pattern'];
    assert.deepEqual([...tensors.keys()].sort(), [...patterns, 'logits', 'token_ids']);
    assert.deepEqual(tensors.get('blocks.0.attn.hook_pattern')?.shape, [4, 4, 4]);
    assert.equal(tensors.get('token_ids')?.dtype, 'I64');
    const metadata = metadataOf(join(cwd, 'a.safetensors'));
    assert.deepEqual(JSON.parse(metadata.tokens!), ['H', 'e', 'll', 'o']);
    assert.deepEqual(JSON.parse(metadata.offsets!), [
      [0, 1],
      [1, 2],
      [2, 4],
      [4, 5],
    ]);
    assert.deepEqual(JSON.parse(metadata.axes!).logits, ['position', 'class']);
  });

  test('intervenes, and says so in the file', async () => {
    const cwd = temporaryFolder();
    const interventions = [{ hook: 'blocks.1.attn.hook_z', heads: [2], edit: 'zero' }];
    writeFileSync(join(cwd, 'edits.json'), JSON.stringify(interventions, null, 2));
    const parameters = [
      'capture',
      'Hello',
      ...gpt2,
      '--hooks',
      'blocks.1.attn.hook_z',
      '-o',
      'a.safetensors',
    ];
    const { code, stderr } = await pellucid([...parameters, '--intervene', '@edits.json'], { cwd });
    assert.equal(code, 0, stderr);
    const z = (await readTensors(join(cwd, 'a.safetensors'))).get('blocks.1.attn.hook_z')!;
    const [positions, heads, width] = z.shape as [number, number, number];
    for (let position = 0; position < positions; position++) {
      for (let head = 0; head < heads; head++) {
        const start = (position * heads + head) * width;
        const values = Array.from(z.data.subarray(start, start + width), Number);
        assert.equal(
          values.every((value) => value === 0),
          head === 2,
        );
      }
    }
    assert.deepEqual(JSON.parse(metadataOf(join(cwd, 'a.safetensors')).interventions!), interventions);
  });

  test('says how much is written, in the singular too', async () => {
    const cwd = temporaryFolder();
    const written = async (...input: string[]) => {
      const output = ['--hooks', 'logits', '-o', 'a.safetensors'];
      return (await pellucid(['capture', ...input, ...gpt2, ...output], { cwd })).stderr;
    };
    assert.equal(await written('--token-ids', '5'), 'written: a.safetensors (1 hook point, 1 token)\n');
    assert.match(await written('--token-ids', '5,6'), /\(1 hook point, 2 tokens\)/);
  });

  test('lists hook points', async () => {
    const { stdout } = await pellucid(['capture', '--list', ...gpt2]);
    assert.ok(stdout.split('\n').includes('blocks.1.hook_resid_post'));
  });
});

suite('pellucid models, --help, --version', () => {
  test('models lists what is supported, for people and programs', async () => {
    const { stdout } = await pellucid(['models']);
    assert.match(stdout, /^Bundled\n/);
    assert.match(stdout, /^ +gpt2 +GPT-2 +/m);
    const json = JSON.parse((await pellucid(['models', '--json'])).stdout);
    assert.deepEqual(
      json.supported.map(({ modelType }: { modelType: string }) => modelType),
      architectures.map(({ modelType }) => modelType),
    );
  });

  test('help of the program and of each command has examples', async () => {
    for (const command of [[], ['attention'], ['capture'], ['generate'], ['models']]) {
      const { code, stdout } = await pellucid([...command, '--help']);
      assert.equal(code, 0);
      assert.match(stdout, /Examples:\n +(HF_HOME=\S+ )?pellucid /);
    }
  });

  test('help of a command is what the command says itself', async () => {
    const { code, stdout } = await pellucid(['help', 'capture']);
    assert.equal(code, 0);
    assert.equal(stdout, (await pellucid(['capture', '--help'])).stdout);
    const whole = await pellucid(['help']);
    assert.equal(whole.code, 0);
    assert.equal(whole.stdout, (await pellucid(['--help'])).stdout);
    assert.match(whole.stdout, /^ +help \[command\] +/m);
  });

  test('the word hello is a text, not help mistyped', async () => {
    assert.doesNotMatch((await pellucid(['hello', '--model', './nowhere'])).stderr, /help/);
  });

  test('the version is that of the package', async () => {
    assert.match((await pellucid(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
