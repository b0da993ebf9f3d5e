import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/index.js';
import { openBlobs } from '../../../src/checkpoint/sources/blobs.js';
import { checkpointFolder } from '../../model/golden.js';

test('blobs by name, or files that have names, are a checkpoint', async () => {
  const names = ['model.safetensors', 'config.json'];
  const blobs = names.map(
    (name) => new Blob([readFileSync(new URL(name, checkpointFolder('gpt2-default')))]),
  );
  const named = new Map(names.map((name, i) => [name, blobs[i]!]));
  const files = names.map((name, i) => new File([blobs[i]!], name));
  const [first, second] = await Promise.all(
    [named, files].map((each) => openCheckpoint(openBlobs(each, 'mine'))),
  );
  assert.deepEqual(first!.files.names, ['config.json', 'model.safetensors']);
  assert.equal(first!.files.id, 'mine');
  assert.equal(first!.contentHash, second!.contentHash);
  assert.equal(first!.files.path('config.json'), undefined);
});

test('bytes that are not there are refused', async () => {
  const files = openBlobs(new Map([['a', new Blob(['12345'])]]));
  assert.deepEqual([...(await files.read('a', 1, 3))], [50, 51]);
  assert.equal((await files.read('a')).length, 5);
  await assert.rejects(files.read('a', 1, 6), { code: 'bad-checkpoint', message: /5 bytes long/ });
  await assert.rejects(files.read('b'), { code: 'not-found' });
  await assert.rejects(files.size('b'), { code: 'not-found' });
});
