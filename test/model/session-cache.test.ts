import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { costOf, restrictTo } from '../../src/graph/index.js';
import { loadModel } from '../../src/load-model.js';
import { makeBatch } from '../../src/model/batch.js';
import { SessionCache } from '../../src/model/session-cache.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import type { Runtime, Session } from '../../src/runtime/runtime.js';
import { fixtureGraph } from './fixture-graph.js';
import { checkpointFolder } from './golden.js';

const folder = fileURLToPath(checkpointFolder('gpt2-default'));

const token = { id: 0, piece: '', text: '', offsets: null, segment: 0, special: false } as const;

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

test('a hundred interventions, ten runs each, leave few sessions, and block by block none', async () => {
  const runtime = new CountingRuntime();
  const model = await loadModel(folder, { runtime });
  const hooks = model.hooks.filter((name) => /hook_(resid|attn_out|mlp_out|z|q|k|v|embed)/.test(name));
  const edits = Array.from({ length: 100 }, (_, i) => {
    const [first, second] = [hooks[i % hooks.length]!, hooks[Math.floor(i / hooks.length)]!];
    const scale = (hook: string) => ({ hook, edit: 'scale', value: 0.5 }) as const;
    return first === second ? [scale(first)] : [scale(first), scale(second)];
  });
  for (const interventions of edits) {
    const ten = Array.from({ length: 10 }, () => model.run('no', { capture: [], interventions }));
    await Promise.all(ten);
    assert.ok(runtime.open <= 16, `${runtime.open} sessions are open`);
  }
  assert.ok(runtime.created <= edits.length / 2, `${runtime.created} were opened`);
  await model.close();
  assert.equal(runtime.open, 0);
  await model.run('no', { memory: 'low' });
  assert.equal(runtime.open, 0);
});

test('one session serves the same edit in every layer', async () => {
  const runtime = new CountingRuntime();
  const model = await loadModel(folder, { runtime });
  const capture = 'blocks.*.hook_resid_post';
  for (let layer = 0; layer < model.dimensions.layers; layer++) {
    for (const edit of ['zero', 'freeze'] as const) {
      const interventions = [{ hook: `blocks.${layer}.attn.hook_z`, heads: [1], edit }];
      const run = await model.run('no', { capture, interventions });
      const [first] = run.activation(`blocks.${layer}.hook_resid_post`).data;
      assert.ok(Number.isFinite(first));
    }
  }
  // One more for the clean values of each layer that is frozen.
  assert.equal(runtime.created, 1 + model.dimensions.layers);
  await model.close();
});

test('sessions that map more than they may are few', async () => {
  const { graph, checkpoint } = await fixtureGraph('gpt2-default');
  const runtime = new CountingRuntime();
  const { feeds } = makeBatch([{ tokens: [{ ...token, id: 1 }], answers: [0] }]);
  const sessions = new SessionCache(checkpoint.files, runtime, { mappedBytes: 1 });
  const hooks = graph.hooks.filter((hook) => /^blocks.1.*(resid|_out|[qkvz])$/.test(hook));
  for (const hook of hooks) await sessions.run({ key: hook, build: () => restrictTo(graph, [hook]) }, feeds);
  assert.ok(hooks.length > 4 && runtime.created === hooks.length);
  assert.equal(runtime.open, 4);
  assert.ok(sessions.mapped > 0);
  await sessions.close();
  await runtime.close();
});

test('sessions that hold copies of weights are bounded by their bytes', async () => {
  const { graph, checkpoint } = await fixtureGraph('gpt2-bf16');
  const runtime = new CountingRuntime();
  const { feeds } = makeBatch([{ tokens: [{ ...token, id: 1 }], answers: [0] }]);
  const program = (hook: string) => ({ key: hook, build: () => restrictTo(graph, [hook]) });
  const last = 'blocks.1.hook_resid_post';
  const probe = new SessionCache(checkpoint.files, runtime);
  await probe.run(program(last), feeds);
  const one = probe.bytes;
  await probe.close();
  assert.equal(probe.bytes, 0);
  assert.ok(one > costOf(restrictTo(graph, [last]), new Map()).casts);

  const sessions = new SessionCache(checkpoint.files, runtime, { capacityBytes: 2.5 * one });
  for (const hook of ['blocks.1.hook_mlp_out', 'blocks.1.mlp.hook_post', last, 'blocks.1.hook_resid_mid']) {
    await sessions.run(program(hook), feeds);
    assert.ok(sessions.bytes <= 2.5 * one && runtime.open <= 2, `${runtime.open} open`);
  }
  const small = new SessionCache(checkpoint.files, runtime, { capacityBytes: 1 });
  const before = runtime.open;
  await small.run(program(last), feeds);
  assert.equal(runtime.open, before, 'one that is too large to be kept is released after its run');
  await sessions.close();
  await runtime.close();
});
