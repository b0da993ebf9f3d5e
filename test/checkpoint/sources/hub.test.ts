import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, readlink, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { serializeSafetensors } from '../../../src/checkpoint/safetensors/write.js';
import { openFolder } from '../../../src/checkpoint/sources/folder.js';
import { tensor } from '../../../src/tensor/index.js';
import { gitHash, sha256 } from '../hub-server.js';
import { commit, config, files, HubFixture, text, weights } from './hub-fixture.js';

const hub = new HubFixture();
const { server, open, inCache, refuses } = hub;

test('a model is downloaded into the layout that Python uses, and only what is needed', async () => {
  const found = await open();
  assert.equal(found.id, 'org/model');
  assert.equal(found.revision, commit);
  assert.deepEqual(found.names, [
    'config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  assert.equal(await readFile(inCache('refs', 'main'), 'utf8'), commit);
  const link = await readlink(inCache('snapshots', commit, 'model.safetensors'));
  assert.equal(link, `../../blobs/${sha256(weights)}`);
  assert.deepEqual(await readFile(inCache('blobs', gitHash(config))), Buffer.from(config));
  const blobs = await readdir(inCache('blobs'));
  assert.equal(blobs.length, 4);
  assert.equal(found.path('model.safetensors'), inCache('blobs', sha256(weights)));
  const checkpoint = await openCheckpoint(found);
  assert.equal(checkpoint.modelType, 'gpt2');
  assert.match(checkpoint.contentHash, /^sha256:/);
  const folder = join(hub.cacheFolder, 'copy');
  await cp(inCache('snapshots', commit), folder, { recursive: true, dereference: true });
  assert.equal((await openCheckpoint(await openFolder(folder))).contentHash, checkpoint.contentHash);
});

test('the modules of a sentence encoder are downloaded, and asked for again where one is missing', async () => {
  const modules = [
    { type: 'sentence_transformers.models.Transformer', path: '' },
    { type: 'sentence_transformers.models.Pooling', path: '1_Pooling' },
  ];
  const more = {
    'modules.json': text(JSON.stringify(modules)),
    '1_Pooling/config.json': text('{"pooling_mode":"cls"}'),
    '1_Pooling/README.md': text('x'),
    'onnx/config.json': text('{}'),
  };
  server.repositories.set('org/model', { commit, files: { ...files, ...more } });
  const opened = await open();
  assert.deepEqual(
    opened.names.filter((name) => name.includes('/') || name === 'modules.json'),
    ['1_Pooling/config.json', 'modules.json'],
  );
  assert.equal(Buffer.from(await opened.read('1_Pooling/config.json')).toString(), '{"pooling_mode":"cls"}');
  await rm(inCache('snapshots', commit, '1_Pooling'), { recursive: true });
  assert.ok((await open()).names.includes('1_Pooling/config.json'));
});

test('what is cached is not downloaded again', async () => {
  await open();
  server.requests.length = 0;
  await open();
  assert.deepEqual(
    server.requests.map((request) => request.path),
    ['/api/models/org/model/revision/main'],
  );
  server.requests.length = 0;
  await open({ revision: commit });
  assert.equal(server.requests.length, 0, 'a commit never changes, so nobody need be asked');
});

test('what Python downloaded is found, the rest is added', async () => {
  const blob = inCache('blobs', sha256(weights));
  await mkdir(inCache('blobs'), { recursive: true });
  await mkdir(inCache('snapshots', commit), { recursive: true });
  await writeFile(blob, weights);
  await symlink(
    join('..', '..', 'blobs', sha256(weights)),
    inCache('snapshots', commit, 'model.safetensors'),
  );
  assert.equal((await open()).names.length, 4);
  assert.equal(server.asked(/model\.safetensors/).length, 0);
});

test('a file of the cache that is too short is downloaded again once its link is deleted', async () => {
  await open();
  await truncate(inCache('blobs', sha256(weights)), 100);
  await rm(inCache('snapshots', commit, 'model.safetensors'));
  const found = await open();
  assert.deepEqual(Buffer.from(await found.read('model.safetensors')), Buffer.from(weights));
});

test('a file of an incomplete snapshot that is too short is downloaded again', async () => {
  await open();
  await truncate(inCache('blobs', gitHash(config)), 3);
  await rm(inCache('snapshots', commit, 'tokenizer_config.json'));
  assert.deepEqual(Buffer.from(await (await open()).read('config.json')), Buffer.from(config));
});

test('a blob that another snapshot has is linked', async () => {
  await open();
  const next = 'beef'.padEnd(40, '1');
  server.repositories.set('org/model', {
    commit: next,
    files: { ...files, 'config.json': text('{"model_type":"bert"}') },
  });
  server.requests.length = 0;
  assert.equal((await open()).revision, next);
  assert.equal(server.asked(/model\.safetensors/).length, 0);
  assert.equal(await readFile(inCache('refs', 'main'), 'utf8'), next);
});

test('revisions: a tag, a pull request and a commit', async () => {
  for (const revision of ['v1.0', 'refs/pr/1', commit]) {
    assert.equal((await open({ revision })).revision, commit);
  }
  assert.equal(await readFile(inCache('refs', 'refs', 'pr', '1'), 'utf8'), commit);
  await refuses('not-found', /org\/model has no revision "v2" on 127\.0\.0\.1/, { revision: 'v2' });
  for (const revision of ['../x', '/etc', 'a/../b', '', 'a b', '.git']) {
    await refuses('bad-input', /is not a revision/, { revision });
  }
});

test('shards are found through their index', async () => {
  const shard = (name: string) =>
    serializeSafetensors(new Map([[name, tensor('U8', [1], Uint8Array.of(1))]]));
  const { 'model.safetensors': _, ...others } = files;
  const index = text(JSON.stringify({ weight_map: { a: 'm-1.safetensors', b: 'm-2.safetensors' } }));
  const sharded = { ...others, 'model.safetensors.index.json': index, 'm-1.safetensors': shard('a') };
  server.repositories.set('org/model', { commit, files: { ...sharded, 'm-2.safetensors': shard('b') } });
  assert.deepEqual([...(await openCheckpoint(await open())).weights.keys()], ['a', 'b']);
  server.repositories.set('org/model', { commit: 'a'.repeat(40), files: sharded });
  await refuses('bad-checkpoint', /org\/model lacks m-2\.safetensors/);
});

test('a model without safetensors is refused before anything is downloaded', async () => {
  const { 'model.safetensors': _, ...others } = files;
  server.repositories.set('org/model', { commit, files: others });
  await refuses('unsupported', /org\/model has its weights only as pytorch_model\.bin/);
  assert.equal(server.asked(/resolve/).length, 0);
});

test('without a network the cache is used, and said so', async () => {
  const away = { ...hub.settings, endpoint: 'http://127.0.0.1:9' };
  await refuses('network', /127\.0\.0\.1:9 could not be reached for org\/model/, { settings: away });
  await open();
  const notes: string[] = [];
  const found = await open({ settings: away, onNote: (note) => notes.push(note) });
  assert.equal(found.revision, commit);
  assert.match(notes[0] ?? '', /could not be reached .*Using the copy in the cache, commit c0ffee00/);
});

test('offline, only the cache is asked', async () => {
  const offline = { ...hub.settings, offline: true };
  await refuses(
    'network',
    /org\/model \(revision main\) is not, or not wholly, in the cache .*HF_HUB_OFFLINE/,
    {
      settings: offline,
    },
  );
  await open();
  server.requests.length = 0;
  assert.equal((await open({ settings: offline })).revision, commit);
  assert.equal(server.requests.length, 0);
});

test('a cache that cannot be written is named', async () => {
  const file = join(hub.cacheFolder, 'file');
  await writeFile(file, '');
  await refuses('output', /cannot be written \(E\w+\); make it writable, or set HF_HUB_CACHE/, {
    settings: { ...hub.settings, cacheFolder: file },
  });
});

test('without links the files stand in the snapshot itself', async () => {
  hub.settings = { ...hub.settings, links: false };
  const found = await open();
  assert.equal(found.path('config.json'), inCache('snapshots', commit, 'config.json'));
  server.requests.length = 0;
  await open();
  assert.equal(server.asked(/resolve/).length, 0);
});
