import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { hubSettings } from '../../../src/checkpoint/sources/hub-settings.js';

let home: string;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-'));
  await writeFile(join(home, 'token'), 'hf_file\n');
});
after(() => rm(home, { recursive: true }));

const cacheFolder = async (environment: Record<string, string>): Promise<string> =>
  (await hubSettings(environment)).cacheFolder;

test('the cache is where Python looks for it', async () => {
  assert.equal(await cacheFolder({}), join(homedir(), '.cache', 'huggingface', 'hub'));
  assert.equal(await cacheFolder({ XDG_CACHE_HOME: '/x' }), join('/x', 'huggingface', 'hub'));
  assert.equal(await cacheFolder({ XDG_CACHE_HOME: '/x', HF_HOME: '/h' }), join('/h', 'hub'));
  assert.equal(await cacheFolder({ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' }), '/old');
  assert.equal(await cacheFolder({ HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/new' }), '/new');
  assert.equal(await cacheFolder({ HF_HOME: '~/h' }), join(homedir(), 'h', 'hub'));
  assert.equal(await cacheFolder({ DISK: '/d', HF_HUB_CACHE: '$DISK/$NONE' }), '/d/$NONE');
  const braced = ['$', '{DISK}/a'].join('');
  assert.equal(await cacheFolder({ DISK: '/d', HF_HUB_CACHE: braced }), '/d/a');
  assert.equal(await cacheFolder({ HF_HOME: '', HF_HUB_CACHE: '' }), await cacheFolder({}));
});

test('the token comes from the environment before the file', async () => {
  const token = async (environment: Record<string, string>) => (await hubSettings(environment)).token;
  assert.deepEqual(await token({ HF_HOME: home }), { value: 'hf_file', source: join(home, 'token') });
  assert.deepEqual(await token({ HF_HOME: home, HF_TOKEN: ' hf_a ' }), { value: 'hf_a', source: 'HF_TOKEN' });
  assert.equal((await token({ HF_HOME: home, HF_TOKEN: '', HUGGING_FACE_HUB_TOKEN: 'hf_b' }))?.value, 'hf_b');
  assert.equal((await token({ HF_HOME: '/none', HF_TOKEN_PATH: join(home, 'token') }))?.value, 'hf_file');
  assert.equal(await token({ HF_HOME: '/none' }), undefined);
  assert.equal(
    await token({ HF_HOME: home, HF_TOKEN: 'hf_a', HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }),
    undefined,
  );
});

test('offline, links and the time to wait follow their variables', async () => {
  const plain = await hubSettings({});
  assert.deepEqual(
    [plain.offline, plain.links, plain.idleTimeout, plain.endpoint],
    [false, true, 30_000, 'https://huggingface.co'],
  );
  for (const value of ['1', 'true', 'YES', 'on']) {
    assert.equal((await hubSettings({ HF_HUB_OFFLINE: value })).offline, true);
  }
  assert.equal((await hubSettings({ TRANSFORMERS_OFFLINE: '1' })).offline, true);
  assert.equal((await hubSettings({ HF_HUB_OFFLINE: '0' })).offline, false);
  assert.equal((await hubSettings({ HF_HUB_DISABLE_SYMLINKS: '1' })).links, false);
  assert.equal((await hubSettings({ HF_HUB_DOWNLOAD_TIMEOUT: '5' })).idleTimeout, 5000);
});

test('another endpoint is taken, and one that is no address refused', async () => {
  assert.equal(
    (await hubSettings({ HF_ENDPOINT: 'http://mirror:8080/hf/' })).endpoint,
    'http://mirror:8080/hf',
  );
  for (const HF_ENDPOINT of ['mirror', 'file:///etc', 'http://']) {
    await assert.rejects(hubSettings({ HF_ENDPOINT }), { code: 'bad-input', message: /HF_ENDPOINT is/ });
  }
});
