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

test('a session is made, run and released', async () => {
  const session = await runtime.createSession(scaling(3));
  assert.deepEqual((await session.run({ x: vector(1, 2) })).get('y'), vector(3, 6));
  assert.deepEqual((await session.run({ x: vector(5) })).get('y'), vector(15));
  await session.release();
  await assert.rejects(session.run({ x: vector(1) }), /the session has been released/);
  await session.release();
});

test('a run leaves what it was fed to the caller', async () => {
  const session = await runtime.createSession(scaling(3));
  const x = vector(1, 2);
  await session.run({ x });
  assert.deepEqual(x, vector(1, 2));
});

suite('what cannot be run is refused, and the engine works on', () => {
  const after = async () => {
    const session = await runtime.createSession(scaling(2));
    assert.deepEqual((await session.run({ x: vector(4) })).get('y'), vector(8));
    await session.release();
  };

  test('bytes that are no model', async () => {
    await assert.rejects(runtime.createSession(Uint8Array.of(1, 2, 3)), /protobuf|model/i);
    await assert.rejects(runtime.createSession(new Uint8Array()), Error);
    await assert.rejects(runtime.createSession(scaling(2).subarray(0, 60)), Error);
    await after();
  });

  test('a weight file that is not there', async () => {
    const graph = new GraphBuilder();
    const data = { file: 'missing.safetensors', offset: 0, length: 8 };
    graph.hook('y', graph.weight('w', 'F32', [2], data));
    const model = encodeOnnx(graph.build(), String);
    await assert.rejects(runtime.createSession(model, { weightsFolder: tmpdir() }), /missing\.safetensors/);
    await after();
  });

  test('feeds that are missing, of another type, or cannot be sent', async () => {
    const session = await runtime.createSession(scaling(2));
    await assert.rejects(session.run({}), /'x'|x/);
    await assert.rejects(session.run({ x: tensor('I64', [1], BigInt64Array.of(1n)) }), /int64/);
    await assert.rejects(session.run({ x: tensor('F16', [1], Uint16Array.of(1)) }), /type F16 cannot be fed/);
    const unsendable = { ...vector(1), release: () => {} };
    await assert.rejects(session.run({ x: unsendable }), /could not be cloned/);
    await after();
  });
});

test('runs of two sessions side by side do not mix', async () => {
  const sessions = await Promise.all([2, 3].map((factor) => runtime.createSession(scaling(factor))));
  const results = await Promise.all(
    Array.from({ length: 60 }, (_, i) => sessions[i % 2]!.run({ x: vector(i, -i) })),
  );
  for (const [i, result] of results.entries()) {
    const factor = i % 2 === 0 ? 2 : 3;
    assert.deepEqual(result.get('y'), vector(factor * i, factor * -i));
  }
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
