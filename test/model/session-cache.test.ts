import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadModel } from '../../src/load-model.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import type { Runtime, Session } from '../../src/runtime/runtime.js';
import { checkpointFolder } from './golden.js';

const folder = fileURLToPath(checkpointFolder('gpt2-default'));

/** An engine that counts its open sessions. */
class CountingRuntime implements Runtime {
  readonly #engine = new NodeRuntime();
  open = 0;
  created = 0;

  async createSession(...given: Parameters<Runtime['createSession']>): Promise<Session> {
    const session = await this.#engine.createSession(...given);
    this.open += 1;
    this.created += 1;
    return {
      ...session,
      release: async () => {
        this.open -= 1;
        await session.release();
      },
    };
  }

  discard(...given: Parameters<Runtime['discard']>): Promise<void> {
    return this.#engine.discard(...given);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

test('one question has one session, whatever the order of its hook points', async () => {
  const runtime = new CountingRuntime();
  const model = await loadModel(folder, { runtime });
  const ask = (...capture: string[]) => model.run('no', { capture });
  await Promise.all([ask('hook_embed', 'logits'), ask('logits', 'hook_embed'), ask('logits', 'hook_embed')]);
  assert.equal(runtime.created, 1);
});

test('few sessions stay open, and closing the model releases them', async () => {
  const runtime = new CountingRuntime();
  const model = await loadModel(folder, { runtime });
  for (const capture of model.hooks) await model.run('no', { capture });
  assert.equal(runtime.created, model.hooks.length);
  assert.ok(runtime.open <= 16, `${runtime.open} sessions are open`);
  await model.close();
  assert.equal(runtime.open, 0);
});

test('when the engine has stopped, the next run but one opens a new session', async () => {
  const runtime = new NodeRuntime();
  const model = await loadModel(folder, { runtime });
  const before = await model.run('no');
  await runtime.close();
  await assert.rejects(model.run('no'), { code: 'cancelled' });
  assert.deepEqual((await model.run('no')).attention().values, before.attention().values);
});

test('an engine that is closed while it opens a model says so', async () => {
  const runtime = new NodeRuntime();
  const model = await loadModel(folder, { runtime });
  const refused = assert.rejects(model.run('no'), {
    code: 'cancelled',
    message: 'The engine was closed while it worked.',
  });
  await new Promise(setImmediate);
  await runtime.close();
  await refused;
});
