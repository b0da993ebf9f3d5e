import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { openHubAddress } from '../../../src/checkpoint/sources/hub-address.js';
import { HubServer, sha256, status } from '../hub-server.js';
import { commit, files, weights } from './hub-fixture.js';

suite('a model of the Hub, read where it lies', () => {
  const hub = new HubServer();
  before(async () => {
    await hub.start();
    hub.repositories.set('org/model', { commit, files });
    hub.repositories.set('org/secret', { commit, files, private: 'hf_right' });
  });
  after(() => hub.close());
  const open = (id: string, options = {}) => openHubAddress(id, { endpoint: hub.endpoint, ...options });

  test('its files are listed with the commit and the hashes, and read in parts', async () => {
    hub.forget();
    const opened = await open('org/model');
    assert.equal(opened.id, 'org/model');
    assert.equal(opened.revision, commit);
    assert.deepEqual([...opened.names], Object.keys(files).sort());
    assert.equal(opened.contentHash?.('model.safetensors'), sha256(weights));
    assert.equal(hub.asked(/safetensors/).length, 0);
    const part = await opened.read('model.safetensors', 100, 200);
    assert.deepEqual([...part], [...weights.subarray(100, 200)]);
    assert.ok(hub.asked(/^store .*safetensors/).every(({ range }) => range?.startsWith('bytes=')));
    // What is read stays that of the commit, whatever the branch becomes.
    assert.ok(hub.asked(/resolve\/main/).length === 0);
  });

  test('what is no id, not there or not to be seen is told in one sentence', async () => {
    for (const id of ['../etc', 'a/b/c', 'https://example.org', 'a//b', ''])
      await assert.rejects(open(id), { code: 'bad-input' }, id);
    for (const id of ['org/nothing', 'org/secret'])
      await assert.rejects(open(id), { code: 'not-found', message: /has no model org\// });
  });

  test('a Hub that is away or busy, and leaving, are told apart', async () => {
    hub.interrupt(/\/api\/models/, status(503), 9);
    await assert.rejects(open('org/model'), { code: 'network', message: /it answers 503/ });
    hub.forget();
    const away = openHubAddress('org/model', { endpoint: 'http://127.0.0.1:9' });
    await assert.rejects(away, { code: 'network', message: /no connection/ });
    await assert.rejects(open('org/model', { signal: AbortSignal.abort() }), { code: 'cancelled' });
  });
});
