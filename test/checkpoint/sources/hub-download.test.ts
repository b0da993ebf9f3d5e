import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { cachedModels } from '../../../src/checkpoint/sources/cached.js';
import { corrupt, cutAfter, ignoreRange, sha256, stallAfter } from '../hub-server.js';
import { commit, files, HubFixture, weights } from './hub-fixture.js';

const hub = new HubFixture();
const { server, open, inCache, refuses } = hub;

test('a download that is cut goes on where it stopped', async () => {
  server.interrupt(/^store /, cutAfter(50_000));
  const seen: number[] = [];
  await open({ onProgress: ({ file, received }) => file === 'model.safetensors' && seen.push(received) });
  assert.equal(server.asked(/^store /).at(-1)?.range, 'bytes=50000-');
  assert.equal(seen.at(-1), weights.length);
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
});

test('the overall progress counts every file once and ends at the whole', async () => {
  const needed = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'] as const;
  const total = needed.reduce((sum, name) => sum + files[name].length, 0);
  const seen: { received: number; total: number }[] = [];
  await open({ onProgress: ({ overall }) => seen.push(overall) });
  assert.ok(seen.every((one, i) => one.total === total && one.received >= (seen[i - 1]?.received ?? 0)));
  assert.equal(seen.at(-1)?.received, total);
});

test('a connection that stalls counts as cut', async () => {
  hub.settings = { ...hub.settings, idleTimeout: 100 };
  server.interrupt(/^store /, stallAfter(50_000));
  await open();
  assert.equal(server.asked(/^store /).at(-1)?.range, 'bytes=50000-');
});

test('a server that ignores ranges sends the file anew', async () => {
  server.interrupt(/^store /, cutAfter(50_000));
  server.interrupt(/^store /, ignoreRange);
  const found = await open();
  assert.deepEqual(Buffer.from(await found.read('model.safetensors')), Buffer.from(weights));
});

test('a download that fails for good is resumed the next time', async () => {
  server.interrupt(/^store /, cutAfter(50_000));
  server.interrupt(/^store /, (response) => response.destroy(), 99);
  await refuses('network', /could not be reached for model\.safetensors of org\/model/);
  assert.deepEqual(
    await readdir(inCache('blobs')).then((names) => names.filter((name) => name.includes('incomplete'))),
    [`${sha256(weights)}.incomplete`],
  );
  await refuses('network', /HF_HUB_OFFLINE/, { settings: { ...hub.settings, offline: true } });
  server.forget();
  await open();
  assert.equal(server.asked(/^store /)[0]?.range, 'bytes=50000-');
  assert.equal((await readdir(inCache('blobs'))).length, 4);
});

test('a partial file with wrong bytes is found out and downloaded anew', async () => {
  await mkdir(inCache('blobs'), { recursive: true });
  await writeFile(inCache('blobs', `${sha256(weights)}.incomplete`), new Uint8Array(1000));
  const found = await open();
  assert.deepEqual(Buffer.from(await found.read('model.safetensors')), Buffer.from(weights));
});

test('other bytes than listed are not kept', async () => {
  server.interrupt(/^store /, corrupt);
  await refuses(
    'bad-checkpoint',
    /model\.safetensors of org\/model arrived with other content than the Hub lists/,
  );
  server.interrupt(/resolve-cache.*config\.json/, corrupt, 2);
  await rm(hub.cacheFolder, { recursive: true });
  await refuses('bad-checkpoint', /config\.json of org\/model arrived with other content/);
  const names = await readdir(inCache('blobs'));
  assert.ok(!names.some((name) => name.includes('incomplete') || name === sha256(weights)));
});

test('more bytes than listed are not written', async () => {
  server.interrupt(/^store /, (response, body) =>
    response.writeHead(200).end(Buffer.concat([body ?? '', Buffer.alloc(9)] as Buffer[])),
  );
  await refuses('bad-checkpoint', /arrives with more than the \d+ bytes the Hub lists/);
});

test('a cancelled download leaves nothing that is taken for whole', async () => {
  const controller = new AbortController();
  server.interrupt(/^store /, stallAfter(50_000));
  const onProgress = ({ file }: { file: string }): void => {
    if (file === 'model.safetensors') controller.abort();
  };
  await refuses('cancelled', /loading model\.safetensors of org\/model was cancelled/, {
    signal: controller.signal,
    onProgress,
  });
  assert.ok((await readdir(inCache('blobs'))).includes(`${sha256(weights)}.incomplete`));
  assert.deepEqual((await readdir(inCache('snapshots', commit))).includes('model.safetensors'), false);
  assert.deepEqual(await cachedModels(hub.settings), []);
  await open();
  assert.match(server.asked(/^store /).at(-1)?.range ?? '', /^bytes=\d+-$/);
});

test('two downloads of one model at once both end well', async () => {
  const both = await Promise.all([open(), open()]);
  for (const found of both) {
    assert.deepEqual(Buffer.from(await found.read('model.safetensors')), Buffer.from(weights));
  }
  assert.equal((await readdir(inCache('blobs'))).length, 4);
});
