import assert from 'node:assert/strict';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { serializeSafetensors } from '../../../src/checkpoint/safetensors/write.js';
import { cachedModels } from '../../../src/checkpoint/sources/cached.js';
import { openFolder } from '../../../src/checkpoint/sources/folder.js';
import { type HubOptions, openHub } from '../../../src/checkpoint/sources/hub.js';
import type { HubSettings } from '../../../src/checkpoint/sources/hub-settings.js';
import type { ErrorCode } from '../../../src/errors.js';
import { tensor } from '../../../src/tensor/index.js';
import {
  corrupt,
  cutAfter,
  gitHash,
  HubServer,
  ignoreRange,
  sha256,
  stallAfter,
  status,
} from '../hub-server.js';

const server = new HubServer();
const commit = 'c0ffee'.padEnd(40, '0');
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const weights = serializeSafetensors(
  new Map([
    [
      'wte',
      tensor(
        'F32',
        [400, 100],
        Float32Array.from({ length: 40_000 }, (_, i) => i),
      ),
    ],
  ]),
);
const config = text('{"model_type":"gpt2"}');
const files = {
  'config.json': config,
  'tokenizer.json': text('{"version":"1.0"}'),
  'tokenizer_config.json': text('{}'),
  'vocab.json': text('{}'),
  'README.md': text('# Model'),
  'pytorch_model.bin': text('PK\u0003\u0004'),
  'model.safetensors': weights,
};

let cacheFolder: string;
let settings: HubSettings;

before(() => server.start());
after(() => server.close());
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'hub-'));
  settings = {
    endpoint: server.endpoint,
    cacheFolder,
    offline: false,
    links: true,
    idleTimeout: 2000,
    retryDelay: 1,
  };
  server.repositories.clear();
  server.repositories.set('org/model', { commit, revisions: ['refs/pr/1', 'v1.0'], files });
  server.forget();
});
afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

const open = (options: HubOptions = {}, id = 'org/model') => openHub(id, { settings, ...options });
const inCache = (...path: string[]): string => join(cacheFolder, 'models--org--model', ...path);
const refuses = (code: ErrorCode, message: RegExp, options: HubOptions = {}, id?: string): Promise<void> =>
  assert.rejects(open(options, id), { name: 'PellucidError', code, message });
const withToken = (value: string): Partial<HubOptions> => ({
  settings: { ...settings, token: { value, source: 'HF_TOKEN' } },
});

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
  const folder = join(cacheFolder, 'copy');
  await cp(inCache('snapshots', commit), folder, { recursive: true, dereference: true });
  assert.equal((await openCheckpoint(await openFolder(folder))).contentHash, checkpoint.contentHash);
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

test('the token goes to the Hub and never to the store', async () => {
  server.repositories.set('org/model', { commit, files, gated: 'hf_good' });
  await open(withToken('hf_good'));
  assert.ok(server.asked(/^hub /).every(({ authorization }) => authorization === 'Bearer hf_good'));
  const stored = server.asked(/^store /);
  assert.equal(stored.length, 1);
  assert.ok(stored.every(({ authorization }) => authorization === undefined));
});

test('who may not read a model is told why and what to do', async () => {
  server.repositories.set('org/model', { commit, files, gated: 'hf_good' });
  await refuses(
    'network',
    /org\/model is gated \(401\): accept its terms at .*\/org\/model and set HF_TOKEN/,
  );
  await refuses(
    'network',
    /is gated \(403\): the access token from HF_TOKEN has no access/,
    withToken('hf_other'),
  );
  await refuses('network', /refuses the access token from HF_TOKEN \(401\)/, withToken('hf_invalid'));
  server.repositories.set('org/model', { commit, files, private: 'hf_good' });
  await refuses('not-found', /there is no model org\/model .*or it is private: then set HF_TOKEN/);
  await refuses('not-found', /the access token from HF_TOKEN may not see it/, withToken('hf_other'));
  await open({ token: 'hf_good' });
});

test('a token that cannot be one is refused and not shown', async () => {
  await assert.rejects(open({ token: 'hf_a\r\nx-other: b' }), (error: Error) => {
    assert.equal(
      error.message,
      'the access token from the option "token" holds characters that no token has',
    );
    return true;
  });
});

test('names that are no model ids are refused without a request', async () => {
  for (const id of ['../x', 'a/b/c', 'a--b/c', '/a', 'a/..', 'a b', '']) {
    await refuses('bad-input', /is not the id of a model on the Hub/, {}, id);
  }
  await refuses('not-found', /there is no model org\/none/, {}, 'org/none');
  assert.equal(server.requests.length, 1);
});

test('a busy server is asked again', async () => {
  server.interrupt(/^hub .*revision/, status(500), 2);
  server.interrupt(/^hub .*tree/, status(429, { 'retry-after': '0' }));
  server.interrupt(/^store /, status(503));
  await open();
  assert.equal(server.asked(/revision/).length, 3);
});

test('a server that stays busy, or asks to wait for long, is given up', async () => {
  server.interrupt(/revision/, status(503), 99);
  await refuses('network', /answered with an error for org\/model \(503\); try again later/);
  assert.equal(server.requests.length, 3);
  server.forget();
  server.interrupt(/revision/, status(429, { 'retry-after': '3600' }), 99);
  await refuses('network', /asks to send fewer requests for org\/model \(429\)/);
  assert.equal(server.requests.length, 1);
});

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

test('a page of the listing on another origin does not get the token', async () => {
  server.interrupt(/^hub .*tree/, (response) => {
    const next = `<${server.storeEndpoint}/org/model/page>; rel="next"`;
    response.writeHead(200, { 'content-type': 'application/json', link: next }).end('[]');
  });
  await assert.rejects(open(withToken('hf_good')), { name: 'PellucidError' });
  const [page] = server.asked(/^store .*page/);
  assert.ok(page);
  assert.equal(page.authorization, undefined);
});

test('a connection that stalls counts as cut', async () => {
  settings = { ...settings, idleTimeout: 100 };
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
  await refuses('network', /HF_HUB_OFFLINE/, { settings: { ...settings, offline: true } });
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
  await rm(cacheFolder, { recursive: true });
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
  assert.deepEqual(await cachedModels(settings), []);
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

test('without a network the cache is used, and said so', async () => {
  const away = { ...settings, endpoint: 'http://127.0.0.1:9' };
  await refuses('network', /127\.0\.0\.1:9 could not be reached for org\/model/, { settings: away });
  await open();
  const notes: string[] = [];
  const found = await open({ settings: away, onNote: (note) => notes.push(note) });
  assert.equal(found.revision, commit);
  assert.match(notes[0] ?? '', /could not be reached .*Using the copy in the cache, commit c0ffee00/);
});

test('offline, only the cache is asked', async () => {
  const offline = { ...settings, offline: true };
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
  const file = join(cacheFolder, 'file');
  await writeFile(file, '');
  await refuses('output', /cannot be written \(E\w+\); make it writable, or set HF_HUB_CACHE/, {
    settings: { ...settings, cacheFolder: file },
  });
});

test('without links the files stand in the snapshot itself', async () => {
  settings = { ...settings, links: false };
  const found = await open();
  assert.equal(found.path('config.json'), inCache('snapshots', commit, 'config.json'));
  server.requests.length = 0;
  await open();
  assert.equal(server.asked(/resolve/).length, 0);
});

test('an address that is not a Hub is found out', async () => {
  const answer = (body: string) => (response: ServerResponse) => response.writeHead(200).end(body);
  server.interrupt(/revision/, answer('<html>'), 1);
  await refuses('network', /does not answer as the Hugging Face Hub does for org\/model .*check HF_ENDPOINT/);
  server.interrupt(/revision/, answer('{"sha":"../../../x"}'), 1);
  await refuses('network', /the commit is \.\.\/\.\.\/\.\.\/x/);
  const entry = { type: 'file', path: 'config.json', size: 1, oid: '../../x' };
  server.interrupt(/tree/, answer(JSON.stringify([entry, { ...entry, path: '../x' }])), 1);
  await refuses('network', /config\.json has hash "\.\.\/\.\.\/x" and size 1/);
});

test('an answer without end is cut off', async () => {
  server.interrupt(/revision/, (response) => {
    const piece = Buffer.alloc(2 ** 20, ' ');
    const more = (): void => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', more);
    more();
  });
  await refuses('network', /more than 50000000 bytes/);
});

test('the cache is listed, unreadable parts are passed over', async () => {
  await open();
  await open({ revision: 'refs/pr/1' });
  await mkdir(join(cacheFolder, 'models--broken', 'snapshots', 'x'), { recursive: true });
  await mkdir(join(cacheFolder, 'datasets--org--data'));
  const [only, ...rest] = await cachedModels(settings);
  assert.equal(rest.length, 0);
  assert.deepEqual(only, {
    id: 'org/model',
    revisions: ['main', 'refs/pr/1'],
    commit,
    size:
      weights.length + config.length + files['tokenizer.json'].length + files['tokenizer_config.json'].length,
    modelType: 'gpt2',
  });
  assert.deepEqual(await cachedModels({ ...settings, cacheFolder: join(cacheFolder, 'none') }), []);
});
