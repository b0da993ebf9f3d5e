import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { suite, test } from 'node:test';
import { restrictTo } from '../../src/graph/index.js';
import type { Model, Progress, Run, RunOptions } from '../../src/model/index.js';
import { chunkQueries } from '../../src/model/query-chunks.js';
import { cutIntoSegments } from '../../src/model/segments.js';
import { fixtureGraph } from './fixture-graph.js';
import { fixturesFolder, goldenModelType, modelTypesWithoutArchitecture } from './golden.js';
import { inputOf, openFixture } from './open-fixture.js';

const texts = [
  [5, 9, 3, 7, 11, 2, 8],
  [4, 6, 1],
];

/** Every value of each run, the answers among them, to the last bit. */
function assertSame(actual: readonly Run[], expected: readonly Run[], name: string): void {
  for (const [row, run] of actual.entries()) {
    const other = expected[row]!;
    assert.deepEqual(run.hooks, other.hooks);
    for (const hook of run.hooks) {
      const [a, b] = [run.activation(hook), other.activation(hook)];
      assert.deepEqual(a.shape, b.shape, `${name} ${hook}`);
      assert.ok(
        Buffer.from(a.data.buffer, a.data.byteOffset, a.data.byteLength).equals(
          Buffer.from(b.data.buffer, b.data.byteOffset, b.data.byteLength),
        ),
        `${name} ${hook} differs`,
      );
    }
    assert.deepEqual(run.predictions(), other.predictions(), name);
  }
}

async function assertSameEitherWay(model: Model, options: RunOptions): Promise<void> {
  const inputs = texts.map((ids) => inputOf(model, ids));
  const whole = await model.runBatch(inputs, options);
  assertSame(await model.runBatch(inputs, { ...options, memory: 'low' }), whole, model.id);
}

suite('block by block is exactly the whole', () => {
  for (const name of readdirSync(new URL('checkpoints/', fixturesFolder))) {
    if (modelTypesWithoutArchitecture.includes(goldenModelType(name))) continue;
    test(`${name}: every hook point, and the answers alone`, async () => {
      await using model = await openFixture(name);
      await assertSameEitherWay(model, { capture: '*' });
      await assertSameEitherWay(model, { capture: '*', padding: 'left' });
      if (model.task !== 'base') await assertSameEitherWay(model, { capture: [] });
    });
  }

  test('with interventions, and with a sweep that shares its first layers', async () => {
    await using model = await openFixture('gpt2-default');
    const zero = (hook: string, heads?: number[]) =>
      ({ hook, edit: 'zero', ...(heads ? { heads } : {}) }) as const;
    await assertSameEitherWay(model, {
      capture: '*',
      interventions: [
        zero('blocks.0.attn.hook_z', [1]),
        zero('blocks.1.mlp.hook_post'),
        zero('hook_pos_embed'),
      ],
    });
    const variants = [
      [zero('blocks.1.attn.hook_pattern', [0])],
      [zero('blocks.1.attn.hook_pattern', [1])],
      [],
    ];
    const whole = await model.sweep({ tokenIds: texts[0]! }, variants, {
      capture: 'blocks.*.hook_resid_post',
    });
    const options = { capture: 'blocks.*.hook_resid_post', memory: 'low' } as const;
    assertSame(await model.sweep({ tokenIds: texts[0]! }, variants, options), whole, 'sweep');
  });
});

suite('how a graph is cut', () => {
  test('each block is a segment, the stream passes between them, and masks are made anew', async () => {
    const { graph, dimensions } = await fixtureGraph('gpt2-default');
    const segments = cutIntoSegments(restrictTo(graph, ['logits']));
    const blocks = Array.from({ length: dimensions.layers }, (_, i) => `blocks.${i}`);
    assert.deepEqual(
      segments.map(({ name }) => name),
      ['embedding', ...blocks, 'head'],
    );
    for (const { carried } of segments.slice(1)) assert.equal(carried.length, 1);
  });

  test('no two segments hold a weight, unless the checkpoint ties it', async () => {
    const { graph } = await fixtureGraph('gpt2-bf16');
    const seen = new Map<string, number>();
    for (const segment of cutIntoSegments(graph))
      for (const name of segment.graph.weights.keys()) seen.set(name, (seen.get(name) ?? 0) + 1);
    const shared = [...seen].filter(([, count]) => count > 1).map(([name]) => name);
    assert.ok(shared.length <= 1 && shared.every((name) => name.endsWith('wte.weight')), shared.join());
  });

  test('a question that ends in a layer has no segments behind it', async () => {
    const { graph } = await fixtureGraph('gpt2-default');
    const segments = cutIntoSegments(restrictTo(graph, ['blocks.0.attn.hook_pattern']));
    assert.deepEqual(
      segments.map(({ name }) => name),
      ['embedding', 'blocks.0'],
    );
  });

  test('chunks of queries leave no value with all scores', async () => {
    const { graph } = await fixtureGraph('gpt2-default');
    const chunked = chunkQueries(restrictTo(graph, ['logits']), new Map([['position', 16]]), 4);
    const made = chunked.nodes.flatMap(({ outputs }) => outputs);
    assert.ok(!made.some((name) => /hook_(pattern|attn_scores)$/.test(name)));
    assert.ok(made.some((name) => name.includes('hook_pattern@4-8')));
  });
});

test('progress is told part by part, and an aborted run ends between parts', async () => {
  await using model = await openFixture('gpt2-default');
  const seen: Progress[] = [];
  await model.run({ tokenIds: texts[0]! }, { memory: 'low', onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(seen.at(-1), { done: seen.length, total: seen.length, part: 'head' });
  assert.deepEqual(
    seen.map(({ done }) => done),
    seen.map((_, i) => i + 1),
  );
  const abort = new AbortController();
  const parts: string[] = [];
  const onProgress = ({ part }: Progress) => {
    parts.push(part);
    if (part === 'blocks.0') abort.abort();
  };
  await assert.rejects(
    model.run({ tokenIds: texts[0]! }, { memory: 'low', onProgress, signal: abort.signal }),
    {
      code: 'cancelled',
    },
  );
  assert.deepEqual(parts, ['embedding', 'blocks.0']);
});
