import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { after, suite, test } from 'node:test';
import { encodeOnnx, GraphBuilder, restrictTo } from '../../src/graph/index.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { tensor } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { fixtureGraph } from '../model/fixture-graph.js';
import { scaling, vector } from './sample-graphs.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

suite('what cannot be run is refused, and the engine works on', () => {
  const after = async () => {
    const session = await runtime.createSession(scaling(2));
    assert.deepEqual((await session.run({ x: vector(4) })).get('y'), vector(8));
    await session.release();
  };

  test('a weight file that is not there', async () => {
    const graph = new GraphBuilder();
    const data = { file: 'missing.safetensors', offset: 0, length: 8 };
    graph.hook('y', graph.weight('w', 'F32', [2], data));
    const model = encodeOnnx(graph.build(), String);
    await assert.rejects(runtime.createSession(model, { weightsFolder: tmpdir() }), /missing\.safetensors/);
    await after();
  });

  test('feeds that cannot be sent', async () => {
    const session = await runtime.createSession(scaling(2));
    const unsendable = { ...vector(1), release: () => {} };
    await assert.rejects(session.run({ x: unsendable }), /could not be cloned/);
    await after();
  });
});

test('two runtimes have an engine each', async () => {
  const other = new NodeRuntime();
  const [mine, its] = await Promise.all([runtime.createSession(scaling(2)), other.createSession(scaling(3))]);
  await other.close();
  await assert.rejects(its.run({ x: vector(1) }), { code: 'cancelled' });
  assert.deepEqual((await mine.run({ x: vector(1) })).get('y'), vector(2));
});

test('prepacked weights give the same', async () => {
  const { graph, checkpoint } = await fixtureGraph('gpt2-default');
  const logits = encodeOnnx(restrictTo(graph, ['logits']), String);
  const weightsFolder = dirname(checkpoint.files.path('model.safetensors')!);
  const ids = tensor('I64', [1, 3], BigInt64Array.of(5n, 7n, 9n));
  const positions = tensor('I64', [1, 3], BigInt64Array.of(0n, 1n, 2n));
  const mask = tensor('F32', [1, 3], Float32Array.of(1, 1, 1));
  const [packed, plain] = await Promise.all(
    [true, false].map(async (prepack) => {
      const session = await runtime.createSession(logits, { weightsFolder, prepack });
      return (await session.run({ tokens: ids, positions, mask })).get('logits')!;
    }),
  );
  // Another order of summation of the same products.
  assertAllClose(packed!, plain!, 1e-5, 'logits');
});
