import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { attentionPage, heatmap } from '../../../src/figures/index.js';
import { writeFiles } from '../../../src/figures/output/write-file.js';
import { exampleAttention, hello } from '../example.js';

suite('saving a figure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pellucid-save-'));
  after(() => rmSync(folder, { recursive: true }));
  const figure = heatmap(exampleAttention(hello));

  test('the extension decides the format, in any case', async () => {
    for (const [name, start] of [
      ['a.svg', '<svg '],
      ['a.html', '<!doctype html>'],
      ['a.PNG', '\u0089PNG'],
    ] as const) {
      await figure.save(join(folder, name));
      assert.ok(readFileSync(join(folder, name), 'latin1').startsWith(start), name);
    }
  });

  test('another extension is refused, and nothing written', async () => {
    const before = readdirSync(folder);
    for (const name of ['a.gif', 'a', 'a.svg.', 'svg']) {
      await assert.rejects(figure.save(join(folder, name)), {
        code: 'bad-input',
        message: /\.svg, \.png or \.html/,
      });
    }
    await assert.rejects(attentionPage(exampleAttention(hello)).save(join(folder, 'b.svg')), {
      code: 'bad-input',
    });
    assert.deepEqual(readdirSync(folder), before);
  });

  test('a file that cannot be written is named with the reason, and nothing is left', async () => {
    mkdirSync(join(folder, 'folder.svg'));
    writeFileSync(join(folder, 'file'), '');
    const before = readdirSync(folder);
    const failing = {
      'missing/a.svg': /its folder does not exist/,
      'folder.svg': /it is a folder/,
      'file/a.svg': /not a folder/,
    };
    for (const [name, reason] of Object.entries(failing)) {
      await assert.rejects(figure.save(join(folder, name)), { code: 'output', message: reason });
    }
    assert.deepEqual(readdirSync(folder), before);
  });

  test('of files that belong together, none takes its name when one cannot be written', async () => {
    writeFileSync(join(folder, 'kept.csv'), 'old');
    const before = readdirSync(folder);
    const paths = ['kept.csv', 'fresh.csv', 'missing/c.csv'].map((name) => join(folder, name));
    const refused = { code: 'output', message: /missing.c\.csv: its folder does not exist/ };
    await assert.rejects(writeFiles(paths.map((path) => ({ path, content: 'new' }))), refused);
    assert.deepEqual(readdirSync(folder), before);
    assert.equal(readFileSync(paths[0]!, 'utf8'), 'old');
  });

  test('an old file is replaced', async () => {
    const path = join(folder, 'old.html');
    writeFileSync(path, 'old');
    await attentionPage(exampleAttention(hello)).save(path);
    assert.match(readFileSync(path, 'utf8'), /^<!doctype html>/);
  });
});
