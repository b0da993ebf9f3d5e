import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fixture, namesIn, pellucid, temporaryFolder } from './run-cli.js';

const text = 'Anna met Tom in the park. Anna met';
const words = ['--target', 'logit: Tom', '--features', 'words'];

suite('pellucid explain', () => {
  test('shows text, scores and verdict, and says what the test cost', async () => {
    const { code, stdout, stderr } = await pellucid(['explain', text, ...words]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Occlusion\nlogit of “·Tom” = /);
    assert.match(stdout, /\n {2}Anna met Tom in the park\. Anna met\n/);
    assert.match(stdout, /\n +\+\d+\.\d\d +█+ +Tom\n/);
    assert.match(
      stdout,
      /\nSupported: better than 19 of 19 random rankings: comprehensiveness [\d.]+ against [\d.]+ ± [\d.]+/,
    );
    assert.match(stderr, /the test took \d+ passes/);
  });

  test('says what it would take, and stops', async () => {
    const { code, stdout, stderr } = await pellucid([
      'explain',
      text,
      ...words,
      '--verdict',
      'off',
      '--cost',
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^9 passes of the model at most, (less than a second|about \d+ s)\n$/);
  });

  test('writes several methods to files that show and check read again', async () => {
    const cwd = temporaryFolder();
    const methods = ['--method', 'integrated-gradients,occlusion', '--quiet'];
    const written = await pellucid(
      ['explain', text, ...words, ...methods, '-o', 'why.json', '-o', 'why.html', '-o', 'why.svg'],
      { cwd },
    );
    assert.equal(written.stderr, '');
    assert.deepEqual(namesIn(cwd), ['why.html', 'why.json', 'why.svg']);
    const svg = readFileSync(join(cwd, 'why.svg'), 'utf8');
    for (const shown of ['Integrated gradients', 'Occlusion', 'Agreement'])
      assert.ok(svg.includes(shown), shown);
    const checked = await pellucid(['check', 'why.json'], { cwd });
    assert.equal(checked.code, 0, checked.stderr);
    assert.match(checked.stdout, /^integrated-gradients: the same .*\nocclusion: the same/);
    const shown = await pellucid(['show', 'why.json', '--output', 'again.html'], { cwd });
    assert.equal(shown.code, 0, shown.stderr);
    assert.equal(readFileSync(join(cwd, 'again.html'), 'utf8'), readFileSync(join(cwd, 'why.html'), 'utf8'));

    const stored = JSON.parse(readFileSync(join(cwd, 'why.json'), 'utf8'));
    stored.attributions[1].values.data[0] += 1;
    writeFileSync(join(cwd, 'changed.json'), JSON.stringify(stored));
    const changed = await pellucid(['check', 'changed.json'], { cwd });
    assert.equal(changed.code, 1);
    assert.match(
      changed.stderr,
      /changed\.json is not what pellucid-gpt2 gives now\. occlusion: largest difference 1\.0/,
    );
  });

  test('the same seed gives the same bytes', async () => {
    const once = () =>
      pellucid([
        'explain',
        text,
        ...words,
        '--method',
        'shapley-sampling',
        '--seed',
        '3',
        '--format',
        'json',
      ]);
    const [first, second] = await Promise.all([once(), once()]);
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.stdout, second.stdout);
  });

  test('lists its methods', async () => {
    const { stdout } = await pellucid(['explain', '--methods']);
    assert.match(stdout, /^occlusion +what the target loses .* \(perturbation\)$/m);
  });

  const refused: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    [
      'an unknown method',
      ['--method', 'integrated-gradient'],
      1,
      /no method.*nearest is "integrated-gradients"/,
    ],
    ['an unknown option', ['--option', 'stepz=3'], 1, /options of occlusion.*stepz/],
    ['an unknown target', ['--target', 'logits: Tom'], 1, /no target "logits".*"logit"/],
    ['a target of several tokens', ['--target', 'logit: Tom and Anna'], 1, /not one token/],
    ['two targets', ['--target', 'logit', '--target-id', '5'], 2, /not both/],
    ['a bad pattern', ['--features', '/(/'], 2, /no pattern/],
    ['unknown features', ['--features', 'letters'], 2, /letters/],
    ['an unknown extension', ['-o', 'x.docx'], 1, /x\.docx/],
    ['a mask that the model lacks', ['--removal', 'mask'], 1, /no mask token/],
    ['a position outside', ['--position', '99'], 1, /Position 99/],
  ];
  for (const [what, options, exit, message] of refused) {
    test(`refuses ${what}`, async () => {
      const cwd = temporaryFolder();
      const { code, stdout, stderr } = await pellucid(['explain', text, ...options], { cwd });
      assert.equal(code, exit, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, '');
      assert.deepEqual(namesIn(cwd), []);
    });
  }
});

suite('a question that cannot be asked is refused in one sentence that says what can', () => {
  const model = (name: string) => ['--model', fixture(name)];
  const many = Array(20).fill('word').join(' ');
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a token of several pieces: the pieces', [text, '--target', 'logit: Tomzzq'], /4: " Tom" \(#\d+\), "z"/],
    [
      'an unknown label: the labels',
      ['hello', ...model('bert-sequence-classification'), '--target', 'class:purple'],
      /no label "purple"; its labels are "neutral", /,
    ],
    [
      'continuations of unequal lengths',
      [text, '--target', 'contrast-continuation: Tom in the, Anna'],
      /3 tokens and " Anna" 1/,
    ],
    ['half a contrast', [text, '--target', 'contrast: Tom'], /speaks of 2 answers, not 1/],
    [
      'a target of another kind of model',
      [text, '--target', 'class:good'],
      /answers with tokens.*use "logit"/,
    ],
    ['a pad token that is not there', [text, '--removal', 'pad'], /no pad token.*use /],
    ['too many features', [many, '--method', 'exact-shapley'], /use shapley-sampling/],
    ['a model without a head', ['hello', ...model('bert-no-pooler')], /no head that answers/],
  ];
  for (const [what, given, message] of cases) {
    test(what, async () => {
      const { code, stdout, stderr } = await pellucid(['explain', ...given]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
      assert.equal(stdout, '');
    });
  }
});

suite('pellucid show and check', () => {
  test('draw and recompute attention too', async () => {
    const cwd = temporaryFolder();
    await pellucid(['attention', 'Hello, world!', '--layer', '0', '--head', '1', '-o', 'a.json', '-q'], {
      cwd,
    });
    const shown = await pellucid(['show', 'a.json'], { cwd });
    assert.match(shown.stdout, /Attention · layer 0, head 1/);
    const checked = await pellucid(['check', 'a.json'], { cwd });
    assert.match(checked.stdout, /^attention: the same/);
  });

  test('refuse what is no explanation', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'x.json'), '{"schemaVersion": 1, "kind": "attribution"}');
    for (const command of ['show', 'check']) {
      const { code, stderr } = await pellucid([command, 'x.json'], { cwd });
      assert.equal(code, 1);
      assert.match(stderr, /x\.json is no explanation of Pellucid at /);
      assert.equal((await pellucid([command, 'nowhere.json'], { cwd })).code, 1);
    }
  });
});
