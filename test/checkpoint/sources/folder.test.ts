import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openFolder } from '../../../src/checkpoint/sources/folder.js';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-'));
  await writeFile(join(folder, 'a.json'), '0123456789');
  await mkdir(join(folder, 'onnx'));
  await symlink('nowhere', join(folder, 'dangling'));
  await symlink('onnx', join(folder, 'linked-folder'));
  await symlink('a.json', join(folder, 'linked-file'));
});
after(() => rm(folder, { recursive: true }));

test('files are read by range', async () => {
  const files = await openFolder(folder);
  assert.deepEqual(files.names, ['a.json', 'linked-file']);
  assert.equal(await files.size('a.json'), 10);
  assert.equal(Buffer.from(await files.read('a.json', 2, 5)).toString(), '234');
  assert.equal(Buffer.from(await files.read('linked-file', 7)).toString(), '789');
  assert.equal(Buffer.from(await files.read('a.json')).toString(), '0123456789');
  assert.equal((await files.read('a.json', 3, 3)).length, 0);
  for (const [start, end] of [
    [0, 11],
    [5, 4],
    [-1, 2],
  ] as const) {
    await assert.rejects(files.read('a.json', start, end), {
      code: 'bad-checkpoint',
      message: /a\.json is 10 bytes long/,
    });
  }
});

test('of subfolders the modules of a sentence encoder are seen, and nothing else', async () => {
  const encoder = join(folder, 'encoder');
  for (const name of ['1_Pooling', '2_Dense', 'onnx', 'other_Pooling']) {
    await mkdir(join(encoder, name), { recursive: true });
    await writeFile(join(encoder, name, 'config.json'), '{}');
  }
  await writeFile(join(encoder, '2_Dense', 'model.safetensors'), 'x');
  await writeFile(join(encoder, '2_Dense', 'notes.txt'), 'x');
  assert.deepEqual((await openFolder(encoder)).names, []);
  await writeFile(join(encoder, 'modules.json'), '[]');
  const { names } = await openFolder(encoder);
  assert.deepEqual(names, [
    '1_Pooling/config.json',
    '2_Dense/config.json',
    '2_Dense/model.safetensors',
    'modules.json',
  ]);
});

test('a file that is not there is named', async () => {
  const files = await openFolder(folder);
  await assert.rejects(files.size('b.json'), { code: 'not-found', message: /no file b\.json/ });
  await assert.rejects(files.read('../a.json'), { code: 'not-found' });
  assert.throws(() => files.path('dangling'), { code: 'not-found' });
  await assert.rejects(openFolder(join(folder, 'none')), {
    code: 'not-found',
    message: /there is no folder/,
  });
});

test('a path to a file says which folder to give', async () => {
  await assert.rejects(openFolder(join(folder, 'a.json')), (error: Error) => error.message.endsWith(folder));
});
