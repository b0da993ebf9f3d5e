import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { encodeOnnx, GraphBuilder } from '../../src/graph/index.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { longInput, longWork, scaling, vector } from './sample-graphs.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

const discarded = /kept in the engine has been discarded/;

suite('an output that stays in the engine', () => {
  test('is not sent, and feeds later runs of any session', async () => {
    const double = await runtime.createSession(scaling(2));
    const triple = await runtime.createSession(scaling(3));
    const { outputs, kept } = await double.runWith({ x: vector(1, 2) }, { keep: ['y'] });
    assert.deepEqual([...outputs], []);
    const y = kept.get('y')!;
    assert.deepEqual((await triple.run({ x: y })).get('y'), vector(6, 12));
    assert.deepEqual((await double.run({ x: y })).get('y'), vector(4, 8));
    await double.release();
    assert.deepEqual((await triple.run({ x: y })).get('y'), vector(6, 12));
  });

  test('is gone when it has been discarded, also twice', async () => {
    const session = await runtime.createSession(scaling(2));
    const { kept } = await session.runWith({ x: vector(1) }, { keep: ['y'] });
    const next = await session.runWith({ x: kept.get('y')! }, { keep: ['y'] });
    await runtime.discard(kept.values());
    await runtime.discard(kept.values());
    await assert.rejects(session.run({ x: kept.get('y')! }), discarded);
    assert.deepEqual((await session.run({ x: next.kept.get('y')! })).get('y'), vector(8));
  });

  test('is whole although another output has the same numbers', async () => {
    const graph = new GraphBuilder();
    const first = graph.hook('first', graph.input('x', 'F32', ['length']));
    graph.hook('second', first);
    const session = await runtime.createSession(encodeOnnx(graph.build(), String));
    for (const [keep, sent] of [
      ['first', 'second'],
      ['second', 'first'],
    ] as const) {
      const { outputs, kept } = await session.runWith({ x: vector(5, 6) }, { keep: [keep] });
      assert.deepEqual(outputs.get(sent), vector(5, 6));
      const again = await session.run({ x: kept.get(keep)! });
      assert.deepEqual(again.get('first'), vector(5, 6));
      assert.deepEqual((await session.run({ x: kept.get(keep)! })).get('second'), vector(5, 6));
    }
  });

  test('is freed when its run was given up', async () => {
    const work = await runtime.createSession(longWork());
    const session = await runtime.createSession(scaling(2));
    const before = (await session.runWith({ x: vector(1) }, { keep: ['y'] })).kept.get('y')!;
    const controller = new AbortController();
    const cancelled = work.runWith({ x: longInput() }, { keep: ['y'], signal: controller.signal });
    setTimeout(() => controller.abort(), 1);
    await assert.rejects(cancelled, { code: 'cancelled' });
    // Behind the run that was given up, and behind what frees its output.
    await work.run({ x: longInput() });
    for (let number = before.kept + 1; number < before.kept + 10; number++) {
      await assert.rejects(session.run({ x: { kept: number } }), discarded);
    }
    assert.deepEqual((await session.run({ x: before })).get('y'), vector(4));
  });

  test('ends with its engine', async () => {
    const own = new NodeRuntime();
    const old = await own.createSession(scaling(2));
    const { kept } = await old.runWith({ x: vector(1) }, { keep: ['y'] });
    await own.close();
    await own.discard(kept.values());
    const next = await own.createSession(scaling(2));
    await next.runWith({ x: vector(1) }, { keep: ['y'] });
    await assert.rejects(next.run({ x: kept.get('y')! }), discarded);
    await own.close();
  });

  test('must be an output of the graph', async () => {
    const session = await runtime.createSession(scaling(2));
    await assert.rejects(session.runWith({ x: vector(1) }, { keep: ['z'] }), /no output named z/);
  });
});
