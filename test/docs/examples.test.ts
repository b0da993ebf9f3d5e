import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

// The examples of the documentation run as they stand. They must lie inside the package for `import 'pellucid'` to
// find it, and run in a folder where what they write harms nobody.
const root = fileURLToPath(new URL('../../../', import.meta.url));
const examples = fileURLToPath(new URL('../examples/', import.meta.url));
mkdirSync(examples, { recursive: true });
const workFolder = mkdtempSync(join(tmpdir(), 'pellucid-docs-'));
after(() => {
  rmSync(examples, { recursive: true });
  rmSync(workFolder, { recursive: true });
});

const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
);
let found = 0;
for (const page of pages.sort()) {
  const blocks = [...readFileSync(join(root, 'docs', page), 'utf8').matchAll(/^```js\n(.*?)^```$/gms)];
  for (const [i, [, code]] of blocks.entries()) {
    found += 1;
    test(`docs/${page}, example ${i + 1}`, { timeout: 120_000 }, () => {
      const file = join(examples, `${page.replaceAll(/[^a-z0-9]+/gi, '-')}-${i}.mjs`);
      writeFileSync(file, code!);
      const { status, stderr, stdout } = spawnSync(process.execPath, [file], {
        cwd: workFolder,
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      assert.notEqual(stdout, '', 'an example prints something');
    });
  }
}

test('the documentation has examples', () => assert.ok(found > 0));
