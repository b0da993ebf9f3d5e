import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { status } from '../hub-server.js';
import { commit, files, HubFixture } from './hub-fixture.js';

const hub = new HubFixture();
const { server, open, refuses, withToken } = hub;

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
