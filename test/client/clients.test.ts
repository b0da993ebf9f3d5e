import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ModelHost } from '../../src/api/index.js';
import { fromWire, toWire } from '../../src/api/wire.js';
import { httpClient, inProcessClient } from '../../src/client/index.js';
import { tensor } from '../../src/tensor/index.js';
import { conversation, failures } from '../contract/client.js';
import { bundledSource, serve } from '../server/server.js';

suite('each way to reach a model', () => {
  test('gives the same answers', async () => {
    const host = new ModelHost(bundledSource);
    const near = await conversation(inProcessClient(host));
    await host.close();
    const server = await serve();
    const far = await conversation(httpClient(server));
    await server.close();
    assert.ok(far.told);
    assert.deepEqual(far, near);
    assert.equal(near.opened.mask, '[MASK]');
    assert.equal(near.attention.values.shape.length, 4);
    assert.equal(near.layer.values.shape.length, 3);
    assert.equal(near.run.predictions[0]!.candidates.length, 3);
  });

  test('fails in the same way', async () => {
    const host = new ModelHost(bundledSource);
    const server = await serve();
    for (const client of [inProcessClient(host), httpClient(server)]) await failures(client);
    await host.close();
    await server.close();
    await assert.rejects(httpClient(server).ask('about', {}), { code: 'network' });
  });
});

test('tensors travel as they are', () => {
  const odd = tensor('F32', [2, 2], Float32Array.of(0.1, -0, 1e-45, 3.4e38), ['a', 'b']);
  const read = fromWire(toWire({ nested: [{ odd }] })) as { nested: [{ odd: typeof odd }] };
  assert.deepEqual(read.nested[0].odd, odd);
  assert.ok(Object.is(read.nested[0].odd.data[1], -0));
});
