import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, suite, test } from 'node:test';
import { NodeRuntime } from '../../src/runtime/node.js';
import { longInput, longWork, scaling, vector } from './sample-graphs.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

suite('a signal', () => {
  test('that has fired before rejects, and later runs work', async () => {
    const session = await runtime.createSession(scaling(2));
    const reason = new Error('no longer wanted');
    await assert.rejects(session.run({ x: vector(1) }, AbortSignal.abort(reason)), {
      name: 'PellucidError',
      code: 'cancelled',
      cause: reason,
    });
    assert.deepEqual((await session.run({ x: vector(1) })).get('y'), vector(2));
  });

  test('that fires while the engine works rejects before the work is done', async () => {
    const session = await runtime.createSession(longWork());
    const controller = new AbortController();
    const order: string[] = [];
    const cancelled = assert
      .rejects(session.run({ x: longInput() }, controller.signal), { code: 'cancelled' })
      .then(() => order.push('cancelled'));
    const next = session.run({ x: longInput() }).then(() => order.push('next'));
    setTimeout(() => controller.abort(), 1);
    await Promise.all([cancelled, next]);
    assert.deepEqual(order, ['cancelled', 'next']);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  });

  test('that never fires is listened to only during a run', async () => {
    const session = await runtime.createSession(scaling(2));
    const { signal } = new AbortController();
    for (let i = 0; i < 1000; i++) {
      await session.run({ x: vector(i) }, signal);
      assert.equal(getEventListeners(signal, 'abort').length, 0);
    }
    await assert.rejects(session.run({}, signal), Error);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });
});

test('the caller goes on while the engine works', async () => {
  const session = await runtime.createSession(longWork());
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  await session.run({ x: longInput() });
  clearInterval(timer);
  assert.ok(ticks > 2, `${ticks} timers fired during the run`);
});

suite('closing', () => {
  test('rejects what waits, once, and the next session has a new engine', async () => {
    const own = new NodeRuntime();
    const session = await own.createSession(longWork());
    const waiting = [
      session.run({ x: longInput() }),
      session.run({ x: longInput() }),
      own.createSession(scaling(2)),
    ];
    const closed = own.close();
    // Asked before the old engine has ended: it belongs to the new one.
    const next = own.createSession(scaling(2));
    for (const each of waiting) {
      await assert.rejects(each, { code: 'cancelled', message: 'The engine was closed while it worked.' });
    }
    await closed;
    assert.deepEqual((await (await next).run({ x: vector(3) })).get('y'), vector(6));
    await own.close();
  });

  test('ends the sessions of that engine, and no other', async () => {
    const own = new NodeRuntime();
    const old = await own.createSession(scaling(2));
    await own.close();
    const next = await own.createSession(scaling(3));
    await assert.rejects(old.run({ x: vector(1) }), {
      code: 'cancelled',
      message: 'The engine that held this session has stopped.',
    });
    await old.release();
    assert.deepEqual((await next.run({ x: vector(1) })).get('y'), vector(3));
    await own.close();
  });

  test('twice, or before anything was run, is no error', async () => {
    const own = new NodeRuntime();
    await own.close();
    await own.createSession(scaling(2));
    await Promise.all([own.close(), own.close()]);
  });
});
