import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ModelHost } from '../../src/api/index.js';
import { fromWire, toWire } from '../../src/api/wire.js';
import { type Client, httpClient, inProcessClient } from '../../src/client/index.js';
import { tensor } from '../../src/tensor/index.js';
import { bundledSource, serve } from '../server/server.js';

const model = 'pellucid-bert';
const input = { text: 'The cat sat on the [MASK].' };

/** What every way to reach a model must answer. */
async function conversation(client: Client) {
  const about = await client.ask('about', {});
  const opened = await client.ask('open', { model });
  const run = await client.ask('run', { model, input, top: 3 });
  const attention = await client.ask('attention', { model, input });
  const layer = await client.ask('attention', { model, input, layer: 1 });
  const progress: number[] = [];
  const compared = await client.ask(
    'compare',
    { model, input, methods: ['occlusion', 'input-x-gradient'], features: 'words' },
    { onProgress: ({ done }) => progress.push(done) },
  );
  const ablated = await client.ask('ablate', { model, input, part: { kind: 'head', layer: 0, head: 0 } });
  return { about, opened, run, attention, layer, compared, ablated, told: progress.length > 0 };
}

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
    for (const client of [inProcessClient(host), httpClient(server)]) {
      await client.ask('open', { model });
      const call = client.ask('compare', { model, input, methods: ['nothing'] });
      await assert.rejects(call, { name: 'PellucidError', code: 'not-found' });
      const gone = client.ask('run', { model, input }, { signal: AbortSignal.abort() });
      await assert.rejects(gone, { name: 'PellucidError', code: 'cancelled' });
    }
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
