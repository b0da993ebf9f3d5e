import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { ablate } from '../../src/api/ablate.js';
import type { Part } from '../../src/api/index.js';
import { loadModel } from '../../src/load-model.js';
import type { Model } from '../../src/model/index.js';
import { parseTarget } from '../../src/targets/parse-target.js';

const input = { text: 'Anna met Tom in the park. Anna met' };
const target = parseTarget('logit: Tom');

suite('a part is taken away', () => {
  let model: Model;
  before(async () => {
    model = await loadModel('pellucid-gpt2');
  });
  after(() => model.close());

  const tested = (part: Part, options: { edit?: 'zero' | 'mean'; controls?: number; seed?: number } = {}) =>
    ablate(model, { input, target, part, edit: 'zero', controls: 5, seed: 0, ...options }, {});

  test('a head: the change is that of a run with it set to zero', async () => {
    const { change, value, target: before, controls } = await tested({ kind: 'head', layer: 1, head: 2 });
    const run = await model.run(input, {
      capture: [],
      interventions: [{ hook: 'blocks.1.attn.hook_z', heads: [2], edit: 'zero' }],
      gradient: { target, of: [] },
    });
    assert.ok(Math.abs(value - run.target.value) < 1e-4);
    assert.ok(Math.abs(before.value + change - value) < 1e-9);
    assert.equal(controls.changes.length, 5);
  });

  test('controls are others of the same kind, each once, and a seed decides them', async () => {
    const all = await tested({ kind: 'head', layer: 0, head: 0 }, { controls: 100 });
    const { layers, heads } = model.dimensions;
    assert.equal(new Set(all.controls.parts.map((part) => JSON.stringify(part))).size, layers * heads - 1);
    assert.ok(
      !all.controls.parts.some((part) => part.kind === 'head' && part.layer === 0 && part.head === 0),
    );
    const { change, controls } = all;
    assert.equal(
      controls.atLeast,
      controls.changes.filter((other) => Math.abs(other) >= Math.abs(change)).length,
    );
    const again = await tested({ kind: 'head', layer: 0, head: 0 }, { controls: 3, seed: 7 });
    assert.deepEqual(again, await tested({ kind: 'head', layer: 0, head: 0 }, { controls: 3, seed: 7 }));
  });

  test('an edge: its weight alone is 0, and what the head gave there is all that is lost', async () => {
    const edge = { kind: 'edge', layer: 1, head: 2, destination: 8, source: 2 } as const;
    const { change, controls, target: before } = await tested(edge);
    const hook = 'blocks.1.attn.hook_pattern';
    const clean = await model.run(input, { capture: hook });
    const { values, tokens } = clean.attention({ layer: 1, head: 2 });
    const row = Array.from(values.data.subarray(8 * tokens.length, 9 * tokens.length));
    row[2] = 0;
    const run = await model.run(input, {
      capture: [],
      interventions: [{ hook, heads: [2], positions: [8], edit: 'replace', value: row }],
      gradient: { target, of: [] },
    });
    assert.ok(Math.abs(before.value + change - run.target.value) < 1e-4);
    assert.ok(Math.abs(change) > 0.01);
    assert.ok(controls.parts.every((part) => part.kind === 'edge' && part.source <= part.destination));
    await assert.rejects(tested({ ...edge, source: 9 }), /no edge/);
    await assert.rejects(tested({ ...edge, destination: 2, source: 8 }), /no edge/);
    await assert.rejects(tested(edge, { edit: 'mean' }), /no mean/);
  });

  test('a token, attention and an MLP', async () => {
    const token = await tested({ kind: 'token', position: 2 });
    assert.ok(Number.isFinite(token.change));
    for (const kind of ['attention', 'mlp'] as const) {
      const { change, controls } = await tested({ kind, layer: 0 }, { edit: 'mean' });
      assert.ok(change !== 0);
      assert.equal(controls.parts.length, model.dimensions.layers - 1);
    }
  });

  test('what is not there is refused', async () => {
    for (const part of [
      { kind: 'head', layer: 9, head: 0 },
      { kind: 'head', layer: 0, head: 6 },
      { kind: 'mlp', layer: 4 },
      { kind: 'token', position: 99 },
    ] as const)
      await assert.rejects(tested(part), { code: 'not-found' });
  });
});
