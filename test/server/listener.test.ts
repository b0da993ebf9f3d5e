import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { operations } from '../../src/api/index.js';
import { httpClient } from '../../src/client/index.js';
import { PellucidError } from '../../src/errors.js';
import { loadModel } from '../../src/load-model.js';
import type { Model, RunOptions } from '../../src/model/index.js';
import type { StudioServer } from '../../src/server/index.js';
import { send, serve } from './server.js';

const input = { text: 'Anna met Tom in the park. Anna met' };

suite('who is answered', () => {
  let server: StudioServer;
  before(async () => {
    server = await serve();
  });
  after(() => server.close());

  const about = (headers: Record<string, string>) => send(server, 'api/about', { headers, body: '{}' });

  test('a call with the token is', async () => {
    assert.equal((await about({})).status, 200);
    assert.equal((await about({ origin: server.address.replace(/\/$/, '') })).status, 200);
  });

  test('a call without the token or with another is not', async () => {
    for (const authorization of [
      '',
      'Bearer ',
      `Bearer ${server.token.slice(1)}0`,
      `Bearer ${server.token}0`,
    ])
      assert.equal((await about({ authorization })).status, 401, authorization);
  });

  test('another Host (DNS rebinding) or Origin (CSRF) is not, with the token too', async () => {
    const { port } = new URL(server.address);
    for (const host of ['example.org', `example.org:${port}`, '127.0.0.1', `127.0.0.1.example.org:${port}`])
      assert.equal((await about({ host })).status, 403, host);
    for (const origin of ['https://example.org', 'null', `https://127.0.0.1:${port}`, `http://127.0.0.1:1`])
      assert.equal((await about({ origin })).status, 403, origin);
    assert.equal((await send(server, '/', { method: 'GET', headers: { host: 'example.org' } })).status, 403);
  });

  test('pages come without the token, with a policy that lets nothing in or out', async () => {
    const { status, headers } = await send(server, '/', { method: 'GET', headers: { authorization: '' } });
    assert.equal(status, 200);
    const policy = headers['content-security-policy'] as string;
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['access-control-allow-origin'], undefined);
  });

  test('no file but those of the page is served', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '//etc/passwd',
      '//[',
      '/index.html/../../x',
    ])
      assert.equal((await send(server, path, { method: 'GET' })).status, 404, path);
  });

  test('forms and pictures of other sites cannot make a call', async () => {
    const plain = { 'content-type': 'text/plain' };
    assert.equal((await send(server, 'api/about', { headers: plain, body: '{}' })).status, 415);
    assert.equal((await send(server, 'api/about', { method: 'GET' })).status, 405);
  });
});

suite('what is answered', () => {
  let server: StudioServer;
  before(async () => {
    server = await serve();
    await ask().ask('open', { model: 'pellucid-gpt2' });
  });
  after(() => server.close());
  const ask = () => httpClient(server);

  test('what cannot be read gets one sentence', async () => {
    const failure = async (path: string, body: string) => {
      const { status, text } = await send(server, path, { body });
      return `${status} ${(JSON.parse(text) as { error: { message: string } }).error.message}`;
    };
    assert.match(await failure('api/run', '{'), /^400 The request is not JSON/);
    assert.match(await failure('api/run', '{}'), /^400 The request "run" cannot be read: .*model/);
    assert.match(await failure('api/constructor', '{}'), /^404 There is no call/);
    assert.match(await failure('api/run', `"${'x'.repeat(300_000)}"`), /^400 The request has more than/);
    const long = { model: 'pellucid-gpt2', input: { text: 'a '.repeat(5000) } };
    assert.match(await failure('api/run', JSON.stringify(long)), /^400 The text has .* shorten it/);
  });

  test('paths and models that were not named are refused', async () => {
    for (const model of ['/etc', '../models/pellucid-gpt2', 'gpt2', 'C:\\'])
      await assert.rejects(ask().ask('open', { model }), /not among the models/);
    await assert.rejects(ask().ask('run', { model: 'pellucid-bert', input }), /is not open/);
  });

  test('ten calls of two pages at once get what each would get alone', async () => {
    await ask().ask('open', { model: 'pellucid-bert' });
    const calls = Array.from({ length: 10 }, (_, i) => ({
      model: i % 2 ? 'pellucid-bert' : 'pellucid-gpt2',
      input: { text: `Anna has ${['a red ball', 'one', 'two dogs', 'a hat', 'Tom'][i % 5]}.` },
    }));
    const alone = [];
    for (const call of calls) alone.push(await ask().ask('run', call));
    const together = await Promise.all(calls.map((call) => ask().ask('run', call)));
    assert.deepEqual(together, alone);
  });

  test('the description of the interface has every call', async () => {
    const { text } = await send(server, 'api/openapi.json', { method: 'GET' });
    const { openapi, paths } = JSON.parse(text) as { openapi: string; paths: Record<string, object> };
    assert.equal(openapi, '3.1.0');
    assert.deepEqual(
      Object.keys(paths),
      Object.keys(operations).map((name) => `/api/${name}`),
    );
    assert.match(text, /"maxLength":20000/);
  });
});

suite('what goes wrong', () => {
  /** A model whose runs are what the test says. */
  async function modelThat(run: (options: RunOptions) => Promise<never> | undefined): Promise<Model> {
    const model = await loadModel('pellucid-gpt2');
    const real = model.run.bind(model);
    model.run = (given, options = {}) => run(options) ?? real(given, options);
    return model;
  }

  test('a call whose sender goes away is cancelled, and the next one is answered', async () => {
    let begin: () => void;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let cancelled: () => void;
    const seen = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    let first = true;
    const endless = ({ signal }: RunOptions) => {
      if (!first) return undefined;
      first = false;
      begin();
      return new Promise<never>((_, reject) => {
        signal!.addEventListener('abort', () => {
          cancelled();
          reject(new PellucidError('cancelled', 'The run was cancelled.'));
        });
      });
    };
    const server = await serve({ load: () => modelThat(endless) });
    const client = httpClient(server);
    await client.ask('open', { model: 'pellucid-gpt2' });
    const leave = new AbortController();
    const call = client.ask('run', { model: 'pellucid-gpt2', input }, { signal: leave.signal });
    await begun;
    leave.abort();
    await assert.rejects(call, { code: 'cancelled' });
    await seen;
    assert.ok((await client.ask('run', { model: 'pellucid-gpt2', input })).predictions.length > 0);
    await server.close();
  });

  test('when the engine dies that is told, and the next call has a new one', async () => {
    let loads = 0;
    const dying = () =>
      ++loads > 1
        ? loadModel('pellucid-gpt2')
        : modelThat(() => Promise.reject(new Error('The engine thread stopped: exit code 134.')));
    const server = await serve({ load: dying });
    const client = httpClient(server);
    await client.ask('open', { model: 'pellucid-gpt2' });
    const call = () => client.ask('run', { model: 'pellucid-gpt2', input });
    await assert.rejects(call(), /engine thread stopped: exit code 134\. A new engine starts/);
    assert.ok((await call()).predictions.length > 0);
    assert.equal(loads, 2);
    await server.close();
  });

  test('an answer that takes too long is given up', async () => {
    const slow = ({ signal }: RunOptions) =>
      new Promise<never>((_, reject) => {
        signal!.addEventListener('abort', () => reject(new PellucidError('cancelled', 'cancelled')));
      });
    const server = await serve({ load: () => modelThat(slow) }, { timeLimit: 300 });
    const client = httpClient(server);
    await client.ask('open', { model: 'pellucid-gpt2' });
    await assert.rejects(client.ask('run', { model: 'pellucid-gpt2', input }), /took more than/);
    await server.close();
  });

  test('a taken port is told in one sentence', async () => {
    const server = await serve();
    const port = Number(new URL(server.address).port);
    await assert.rejects(serve({}, { port }), /^PellucidError: The port \d+ cannot be used \(EADDRINUSE\)/);
    await server.close();
  });
});
