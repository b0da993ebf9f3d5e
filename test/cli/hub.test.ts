import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { HubServer } from '../checkpoint/hub-server.js';
import { fixture, namesIn, pellucid, temporaryFolder } from './run-cli.js';

const id = 'ada/tiny';
const server = new HubServer();
before(() => server.start());
after(() => server.close());

function publish(gated?: string): void {
  const files = Object.fromEntries(
    readdirSync(fixture('gpt2-default'))
      .filter((name) => !name.startsWith('golden'))
      .map((name) => [name, new Uint8Array(readFileSync(join(fixture('gpt2-default'), name)))]),
  );
  server.forget();
  server.repositories.set(id, { commit: 'c'.repeat(40), files, ...(gated ? { gated } : {}) });
}

const online = (): Record<string, string> => ({ HF_ENDPOINT: server.endpoint, HF_HUB_OFFLINE: '0' });

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}

suite('models on the Hub', () => {
  test('one is downloaded, used, and used again without a network', async () => {
    publish();
    const cwd = temporaryFolder();
    const show = ['attention', 'Hello', '--model', id, '--layer', '0', '--head', '0'];
    const first = await pellucid(show, { cwd, env: online() });
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.stderr, '', 'no progress bar where there is no terminal');
    const again = await pellucid([...show, '--offline'], { cwd, env: { HF_ENDPOINT: 'http://127.0.0.1:9' } });
    assert.equal(again.stdout, first.stdout);
    const { stdout } = await pellucid(['models'], { cwd });
    assert.match(stdout, /ada\/tiny +\S+ kB +gpt2 +main/);
  });

  test('offline and not cached', async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await pellucid(['Hello', '--model', id, '--offline'], { cwd });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^pellucid: ada\/tiny .*not.* in the cache .*\n$/);
    assert.deepEqual(namesIn(cwd), []);
  });

  test('a wrong token', async () => {
    publish('hf_right');
    const cwd = temporaryFolder();
    const env = { ...online(), HF_TOKEN: 'hf_invalid' };
    const { code, stderr } = await pellucid(['Hello', '--model', id], { cwd, env });
    assert.equal(code, 1);
    assert.match(stderr, /^pellucid: .*(token|HF_TOKEN).*\n$/);
    assert.doesNotMatch(stderr, /hf_invalid/, 'a token is not printed');
    assert.ok(!namesIn(cwd).some((name) => name.startsWith('attention')));
  });

  test('a model or revision that does not exist', async () => {
    publish();
    const env = online();
    const missing = await pellucid(['Hello', '--model', 'ada/none'], { env, cwd: temporaryFolder() });
    assert.match(missing.stderr, /^pellucid: .*ada\/none.*\n$/);
    const revision = ['Hello', '--model', id, '--revision', 'v9'];
    const unknown = await pellucid(revision, { env, cwd: temporaryFolder() });
    assert.match(unknown.stderr, /^pellucid: .*v9.*\n$/);
    assert.deepEqual([missing.code, unknown.code], [1, 1]);
  });

  test('Ctrl-C during a download: exit code 130, and nothing that could be taken for whole', async () => {
    publish();
    const cwd = temporaryFolder();
    let interrupt = () => {};
    // The store sends a first part of the weights and then nothing more.
    server.interrupt(/^(store|hub) .*model\.safetensors$/, (response, body) => {
      response.writeHead(200, { 'content-length': String(body!.length) });
      response.write(body!.subarray(0, 1000));
      setTimeout(() => interrupt(), 300);
    });
    const { code, stdout, stderr } = await pellucid(['Hello', '--model', id, '-o', 'pictures'], {
      cwd,
      env: online(),
      onStart: (kill) => {
        interrupt = () => kill('SIGINT');
      },
    });
    assert.equal(code, 130);
    assert.equal(stdout, '');
    assert.match(stderr, /^pellucid: cancelled/);
    assert.ok(!filesBelow(cwd).some((path) => /snapshots.*model\.safetensors$|attention/.test(path)));
    const after = await pellucid(['Hello', '--model', id, '-o', 'pictures'], { cwd, env: online() });
    assert.equal(after.code, 0, after.stderr);
  });
});
