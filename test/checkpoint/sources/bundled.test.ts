import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bundledModels, bundledNames, openBundled } from '../../../src/checkpoint/sources/bundled.js';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundled-'));
  for (const name of ['b-model', 'a-model', 'unfinished']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'config.json'), '{"model_type":"bert"}');
    if (name !== 'unfinished') await writeFile(join(folder, name, 'model.safetensors'), 'xyz');
  }
  await writeFile(
    join(folder, 'a-model', 'README.md'),
    '---\nlicense: mit\n---\n# A small model\n\n# Not this\n',
  );
  await writeFile(join(folder, 'train.py'), '');
});
after(() => rm(folder, { recursive: true }));

test('bundled models are listed with the title of their card', async () => {
  assert.deepEqual(await bundledModels(folder), [
    { name: 'a-model', title: 'A small model', modelType: 'bert', size: 3 },
    { name: 'b-model', title: 'b-model', modelType: 'bert', size: 3 },
  ]);
  assert.deepEqual(await bundledNames(join(folder, 'none')), []);
});

test('a bundled model is opened under its name', async () => {
  const files = await openBundled('a-model', folder);
  assert.equal(files.id, 'a-model');
  assert.deepEqual(files.names, ['README.md', 'config.json', 'model.safetensors']);
});

test('the names of the package itself can be listed', async () => {
  for (const name of await bundledNames()) assert.match(name, /^pellucid-/);
});
