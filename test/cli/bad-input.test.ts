import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { tensor } from '../../src/tensor/index.js';
import { copyOf, editBytes, editConfig, editTensors } from './broken-checkpoint.js';
import { fixture, namesIn, type Outcome, pellucid, temporaryFolder } from './run-cli.js';

/** One sentence on stderr that matches, nothing on stdout, and the exit code. */
function assertRefused({ code, stdout, stderr }: Outcome, message: RegExp, expected = 1): void {
  assert.match(stderr, message);
  assert.match(stderr, /^pellucid: [^\n]+[.!?]\n$/, 'one sentence on one line');
  assert.doesNotMatch(stderr, /unexpected error/);
  assert.equal(stdout, '');
  assert.equal(code, expected);
}

/** Runs the main job and `attention` on a checkpoint; both must refuse it and write nothing. */
async function assertRefusesModel(folder: string, message: RegExp): Promise<void> {
  const cwd = temporaryFolder();
  assertRefused(await pellucid(['Hello', '--model', folder], { cwd }), message);
  assertRefused(await pellucid(['attention', 'Hello', '--model', folder, '-o', 'a.png'], { cwd }), message);
  assert.deepEqual(namesIn(cwd), []);
}

const gpt2 = ['--model', fixture('gpt2-default')];

suite('a checkpoint that cannot be opened', () => {
  test('no such folder', () => assertRefusesModel('./nowhere', /there is no folder .*nowhere/));

  test('not a checkpoint', () => assertRefusesModel(temporaryFolder(), /config\.json|safetensors/));

  test('missing config', async () => {
    const folder = copyOf('gpt2-default');
    rmSync(join(folder, 'config.json'));
    await assertRefusesModel(folder, /config\.json/);
  });

  test('missing weights', async () => {
    const folder = copyOf('gpt2-default');
    rmSync(join(folder, 'model.safetensors'));
    await assertRefusesModel(folder, /safetensors/);
  });

  test('only pickled weights, which are never read', async () => {
    const folder = copyOf('gpt2-default');
    renameSync(join(folder, 'model.safetensors'), join(folder, 'pytorch_model.bin'));
    await assertRefusesModel(folder, /pytorch_model\.bin.*safetensors/);
  });

  test('unknown model_type: the nearest and the supported are named', async () => {
    const folder = copyOf('gpt2-default');
    editConfig(folder, { model_type: 'gtp2' });
    await assertRefusesModel(folder, /"gtp2".*nearest is "gpt2".*bert,.*gpt2/);
  });

  test('config that is no JSON', async () => {
    const folder = copyOf('gpt2-default');
    writeFileSync(join(folder, 'config.json'), '{"model_type": "gpt2"');
    await assertRefusesModel(folder, /config\.json/);
  });

  test('truncated weights', async () => {
    const folder = copyOf('gpt2-default');
    editBytes(folder, (bytes) => bytes.subarray(0, bytes.length - 1000));
    await assertRefusesModel(folder, /model\.safetensors/);
  });

  test('a header longer than the file', async () => {
    const folder = copyOf('gpt2-default');
    editBytes(folder, (bytes) => Uint8Array.from(bytes, (byte, i) => (i === 6 ? 0x7f : byte)));
    await assertRefusesModel(folder, /model\.safetensors/);
  });

  test('shape not as the config says', async () => {
    const folder = copyOf('gpt2-default');
    editConfig(folder, { n_positions: 32 });
    await assertRefusesModel(folder, /wpe\.weight.*(16.*32|32.*16)/);
  });

  test('a missing tensor', async () => {
    const folder = copyOf('gpt2-default');
    await editTensors(folder, (tensors) => tensors.delete('transformer.h.1.mlp.c_fc.weight'));
    await assertRefusesModel(folder, /h\.1\.mlp\.c_fc\.weight/);
  });

  test('a surplus tensor', async () => {
    const folder = copyOf('gpt2-default');
    await editTensors(folder, (tensors) =>
      tensors.set('transformer.h.7.ln_1.weight', tensor('F32', [24], new Float32Array(24))),
    );
    await assertRefusesModel(folder, /h\.7\.ln_1\.weight/);
  });

  test('a tokenizer with more tokens than the model', async () => {
    const folder = copyOf('gpt2-default');
    const path = join(folder, 'tokenizer.json');
    const tokenizer = JSON.parse(readFileSync(path, 'utf8'));
    const [first] = tokenizer.added_tokens;
    tokenizer.added_tokens.push({ ...first, id: 900, content: '<surplus>' });
    writeFileSync(path, JSON.stringify(tokenizer));
    await assertRefusesModel(folder, /has 281 tokens, but the model only 280/);
  });

  test('NaN: the first layer where it appears is named', async () => {
    const folder = copyOf('gpt2-default');
    await editTensors(folder, (tensors) => {
      const { data } = tensors.get('transformer.h.1.attn.c_proj.bias')!;
      data[3] = Number.NaN;
    });
    const cwd = temporaryFolder();
    const outcome = await pellucid(['Hello', '--model', folder], { cwd });
    assertRefused(outcome, /NaN or infinity, first at blocks\.1\..*\(layer 1\)/);
    assert.deepEqual(namesIn(cwd), []);
  });
});

suite('an input that cannot be read', () => {
  const refuse = async (parameters: readonly string[], message: RegExp, code = 1) => {
    const cwd = temporaryFolder();
    assertRefused(await pellucid(parameters, { cwd }), message, code);
    assert.deepEqual(namesIn(cwd), []);
  };
  const long = 'one two three four five six seven';

  test('empty text', () => refuse(['', ...gpt2], /text is empty/));

  test('text longer than the context: by how much, and how to cut it', () =>
    refuse([long, ...gpt2], /has (\d+) tokens, \d+ more than the 16 .*--truncate/));

  test('with --truncate it is read', async () => {
    const { code, stdout } = await pellucid([long, ...gpt2, '--truncate'], { cwd: temporaryFolder() });
    assert.equal(code, 0);
    assert.match(stdout, /^Tokens \(16,/);
  });

  test('layer or head out of range', async () => {
    await refuse(['Hello', ...gpt2, '--layer', '2'], /no layer 2: the model has 2, counted from 0 to 1/);
    await refuse(['attention', 'Hello', ...gpt2, '--head', '4', '-o', 'a.svg'], /no head 4: the model has 4/);
  });

  test('token ids outside the vocabulary', () =>
    refuse(['attention', '--token-ids', '1,280', ...gpt2], /280/));

  test('unknown hook points: the nearest are offered', () =>
    refuse(
      ['capture', 'Hello', ...gpt2, '--hooks', 'logits,blocks.0.hook_resid_past', '-o', 'a.safetensors'],
      /"blocks\.0\.hook_resid_past".*"blocks\.0\.hook_resid_post"/,
    ));

  test('interventions that cannot be read, or whose file is missing', async () => {
    const parameters = [
      'capture',
      'Hello',
      ...gpt2,
      '--hooks',
      'logits',
      '-o',
      'a.safetensors',
      '--intervene',
    ];
    await refuse([...parameters, '[{"hook": '], /JSON/);
    await refuse([...parameters, '@none.json'], /none\.json/);
  });

  test('drawing options that cannot be used leave no file', async () => {
    const outputs = ['-o', 'a.json', '-o', 'a.svg'];
    await refuse(['attention', 'Hello', ...gpt2, ...outputs, '--colors', 'viridus'], /viridis/);
    await refuse(['attention', 'Hello', ...gpt2, ...outputs, '--vmin', '2', '--vmax', '1'], /vmin/);
  });

  test('an unknown bundled model', () => refuse(['Hello', '--model', 'pellucid gpt3'], /there is no model/));
});

suite('an output that cannot be written is refused before the model is opened', () => {
  const refuse = async (parameters: readonly string[], message: RegExp) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'folder.png'));
    writeFileSync(join(cwd, 'file'), '');
    const before = namesIn(cwd);
    // The model does not exist: that the output is named shows that it was looked at first.
    assertRefused(await pellucid([...parameters, '--model', './nowhere'], { cwd }), message);
    assert.deepEqual(namesIn(cwd), before);
  };

  test('unknown extension', () => refuse(['attention', 'a', '-o', 'a.gif'], /a\.gif.*\.svg, \.png, \.html/));
  test('no name', () => refuse(['attention', 'a', '-o', ''], /name of the output is empty.*\.$/m));
  test('no such folder', () => refuse(['attention', 'a', '-o', 'b/a.png'], /b\/a\.png.*does not exist/));
  test('a folder', () => refuse(['attention', 'a', '-o', 'folder.png'], /folder\.png.*is a folder/));
  test('below a file', () => refuse(['attention', 'a', '-o', 'file/a.png'], /not a folder/));
  test('twice the same', () => refuse(['attention', 'a', '-o', 'a.png', '-o', './a.png'], /twice/));
  test('capture in another format', () =>
    refuse(['capture', 'a', '--hooks', 'logits', '-o', 'a.npz'], /\.safetensors/));
  test('output folder that is a file', () =>
    refuse(['a', '--output-folder', 'file'], /Cannot write into file: .*file is a file/));

  test('output folder in which a file cannot be replaced', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'attention.html'));
    assertRefused(await pellucid(['a', '--model', './nowhere'], { cwd }), /attention\.html: it is a folder/);
    assert.deepEqual(namesIn(cwd), ['attention.html']);
  });

  test('output folder where none can be made', {
    skip: !existsSync('/proc/self') && 'needs /proc',
  }, async () => {
    assertRefused(await pellucid(['a', '--model', 'pellucid-gpt2', '-o', '/proc/a/b']), /\/proc/);
  });

  const isRoot = process.getuid?.() === 0;
  test('a folder without permission', { skip: isRoot && 'needs a user who is not root' }, async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'locked'));
    chmodSync(join(cwd, 'locked'), 0o500);
    const parameters = ['attention', 'a', '-o', 'locked/a.png', '--model', './nowhere'];
    assertRefused(await pellucid(parameters, { cwd }), /not writable/);
  });
});

suite('a command line that cannot be understood exits with 2', () => {
  const refuse = async (parameters: readonly string[], message: RegExp) => {
    assertRefused(await pellucid(parameters), message, 2);
  };

  test('a mistyped command is suggested', () =>
    refuse(['atention', 'Hello'], /no command "atention"; did you mean "attention"\?/));
  test('help for a command that does not exist suggests the nearest', async () => {
    await refuse(['help', 'nope'], /no command "nope"; did you mean "\w+"\?/);
    await refuse(['help', 'atention'], /no command "atention"; did you mean "attention"\?/);
  });
  test('a mistyped option is suggested', () => refuse(['Hello', '--modle', 'x'], /--modle.*--model/));
  test('a text without quotes', () => refuse(['Hello', 'big', 'world'], /3 are given.*quotes/));
  test('a text without quotes behind a command', () =>
    refuse(['attention', 'Hello', 'world'], /2 are given.*quotes/));
  test('a text where none is read', () => refuse(['models', 'Hello'], /no text is read here.*"Hello"/));
  test('no text', () => refuse(['attention'], /a text is missing/));
  test('text and token ids', () => refuse(['Hello', '--token-ids', '1,2'], /not both/));
  test('token ids that are none', () => refuse(['--token-ids', '1,-2'], /"-2" is not a token id/));
  test('a layer that is no number', () => refuse(['Hello', '--layer', 'first'], /counted from 0/));
  test('an unknown theme', () => refuse(['Hello', '--theme', 'sepia'], /light, dark/));
  test('capture without hooks', () =>
    refuse(['capture', 'Hello', '-o', 'a.safetensors'], /--hooks is missing/));
});
