import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { ablate } from '../../src/api/ablate.js';
import type { Part } from '../../src/api/index.js';
import type { PartEdit } from '../../src/api/part.js';
import { loadModel } from '../../src/load-model.js';
import type { Intervention, Model } from '../../src/model/index.js';
import { parseTarget } from '../../src/targets/parse-target.js';
import { openFixture } from '../model/open-fixture.js';

const input = { text: 'Anna met Tom in the park. Anna met' };
const target = parseTarget('logit: Tom');

suite('a part is taken away', () => {
  let model: Model;
  before(async () => {
    model = await loadModel('pellucid-gpt2');
  });
  after(() => model.close());

  const tested = (part: Part, options: { edit?: PartEdit; controls?: number; seed?: number } = {}) =>
    ablate(model, input, { target, part, controls: 5, ...options });

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

  const changedBy = async (interventions: readonly Intervention[]) => {
    const gradient = { target, of: [] };
    const [before, after] = await model.sweep(input, [[], interventions], { capture: [], gradient });
    return after!.target.value - before!.target.value;
  };

  test('a layer: its attention and its MLP add nothing', async () => {
    const { change, controls } = await tested({ kind: 'layer', layer: 1 });
    const outputs = ['attn', 'mlp'].map((name) => `blocks.1.hook_${name}_out`);
    assert.ok(Math.abs(change - (await changedBy(outputs.map((hook) => ({ hook, edit: 'zero' }))))) < 1e-4);
    assert.equal(controls.parts.length, model.dimensions.layers - 1);
    await assert.rejects(tested({ kind: 'layer', layer: 1 }, { edit: 'even' }), /more than its attention/);
  });

  test('even attention: each row is spread over what it may see, beside that of others', async () => {
    const { tokens } = await model.run(input, { capture: 'hook_embed' });
    const count = tokens.length;
    const even = Float32Array.from({ length: count * count }, (_, i) => {
      const [row, column] = [Math.floor(i / count), i % count];
      return column <= row ? 1 / (row + 1) : 0;
    });
    const value = { dtype: 'F32', shape: [count, count], data: even } as const;
    const hook = 'blocks.1.attn.hook_pattern';
    const head = await tested({ kind: 'head', layer: 1, head: 2 }, { edit: 'even' });
    assert.ok(Math.abs(head.change) > 0.01);
    assert.ok(
      Math.abs(head.change - (await changedBy([{ hook, heads: [2], edit: 'replace', value }]))) < 1e-4,
    );
    assert.equal(head.controls.changes.length, 5);
    const layer = await tested({ kind: 'attention', layer: 1 }, { edit: 'even' });
    assert.ok(Math.abs(layer.change - (await changedBy([{ hook, edit: 'replace', value }]))) < 1e-4);
    await assert.rejects(tested({ kind: 'mlp', layer: 1 }, { edit: 'even' }), /no attention/);
  });

  test('a token is taken away while attention stays as it was', async () => {
    const token = { kind: 'token', position: 2 } as const;
    const plain = await tested(token);
    const removed = { hook: 'hook_embed', positions: [2], edit: 'zero' } as const;
    assert.ok(Math.abs(plain.change - (await changedBy([removed]))) < 1e-4);
    const scopes = [
      [{}, { hook: 'blocks.*.attn.hook_pattern', edit: 'freeze' }],
      [{ layer: 1 }, { hook: 'blocks.1.attn.hook_pattern', edit: 'freeze' }],
      [
        { layer: 1, head: 2 },
        { hook: 'blocks.1.attn.hook_pattern', heads: [2], edit: 'freeze' },
      ],
    ] as const;
    for (const [frozen, held] of scopes) {
      const { change, controls } = await tested({ ...token, frozen });
      assert.ok(Math.abs(change - (await changedBy([removed, held]))) < 1e-4, JSON.stringify(frozen));
      assert.ok(Math.abs(change - plain.change) > 1e-4, JSON.stringify(frozen));
      assert.ok(controls.parts.every((part) => part.kind === 'token' && part.frozen));
    }
    await assert.rejects(tested({ ...token, frozen: { layer: 9 } }), { code: 'not-found' });
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

suite('a part of an encoder-decoder is taken away', () => {
  const ids = { tokenIds: [5, 9, 11, 7, 3], decoderTokenIds: [0, 6, 12, 8] };
  const asked = parseTarget('logit:#10');

  test('heads, edges, attention, MLPs and layers of each stack, and tokens of both sides', async () => {
    await using model = await openFixture('t5-default');
    const tested = (part: Part, edit: PartEdit = 'zero') =>
      ablate(model, ids, { target: asked, part, edit, controls: 5 });
    const changedBy = async (interventions: readonly Intervention[]) => {
      const gradient = { target: asked, of: [] };
      const [before, after] = await model.sweep(ids, [[], interventions], { capture: [], gradient });
      return after!.target.value - before!.target.value;
    };
    const zero = (hook: string): Intervention => ({ hook, edit: 'zero' });
    const [encoder, decoder] = ['encoder.blocks.1.', 'decoder.blocks.1.'];
    const cases: readonly (readonly [Part, readonly Intervention[]])[] = [
      [{ kind: 'head', layer: 1, head: 0 }, [{ ...zero(`${decoder}cross_attn.hook_z`), heads: [0] }]],
      [
        { kind: 'head', stack: 'encoder', layer: 1, head: 0 },
        [{ ...zero(`${encoder}attn.hook_z`), heads: [0] }],
      ],
      [{ kind: 'attention', stack: 'cross', layer: 1 }, [zero(`${decoder}hook_cross_attn_out`)]],
      [{ kind: 'attention', stack: 'decoder', layer: 1 }, [zero(`${decoder}hook_attn_out`)]],
      [{ kind: 'mlp', stack: 'encoder', layer: 1 }, [zero(`${encoder}hook_mlp_out`)]],
      [
        { kind: 'layer', layer: 1 },
        ['attn', 'cross_attn', 'mlp'].map((name) => zero(`${decoder}hook_${name}_out`)),
      ],
      [
        { kind: 'token', position: 6, frozen: {} },
        [
          { hook: 'decoder.hook_embed', positions: [1], edit: 'zero' },
          { hook: '*.hook_pattern', edit: 'freeze' },
        ],
      ],
    ];
    for (const [part, interventions] of cases) {
      const { change, controls } = await tested(part);
      assert.ok(Math.abs(change - (await changedBy(interventions))) < 1e-4, JSON.stringify(part));
      assert.ok(change !== 0 && controls.parts.length > 0, JSON.stringify(part));
    }
    const edge = { kind: 'edge', layer: 0, head: 1, destination: 3, source: 2 } as const;
    const { change, controls } = await tested(edge);
    assert.ok(change !== 0 && controls.parts.length === 5);
    assert.ok((await tested({ kind: 'head', layer: 1, head: 0 }, 'even')).change !== 0);
    await assert.rejects(tested({ ...edge, destination: 4 }), /no edge/);
  });
});
