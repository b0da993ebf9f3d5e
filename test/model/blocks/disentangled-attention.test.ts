import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { restrictTo } from '../../../src/graph/index.js';
import { makeBatch } from '../../../src/model/batch.js';
import { logBucket } from '../../../src/model/blocks/disentangled-attention.js';
import type { Intervention } from '../../../src/model/index.js';
import { chunkQueries } from '../../../src/model/query-chunks.js';
import { SessionCache } from '../../../src/model/session-cache.js';
import { NodeRuntime } from '../../../src/runtime/node.js';
import type { Tensor, Token } from '../../../src/tensor/index.js';
import { assertAllClose } from '../../allclose.js';
import { paddingTolerance } from '../../tolerances.js';
import { fixtureGraph } from '../fixture-graph.js';
import { openFixture } from '../open-fixture.js';

const tokenIds = Array.from({ length: 20 }, (_, i) => 3 + ((7 * i) % 60));
const runtime = new NodeRuntime();
after(() => runtime.close());

suite('buckets of distances', () => {
  test('single up to the middle, then by the logarithm, odd, as transformers has them', () => {
    for (const distance of [0, 1, 5, 127, 128]) assert.equal(logBucket(distance, 256, 512), distance);
    // From make_log_bucket_position of transformers, for 256 buckets of 512 places; 511 is the last of the table.
    const found = [129, 130, 150, 200, 300, 400, 511].map((distance) => logBucket(distance, 256, 512));
    assert.deepEqual(found, [129, 130, 143, 169, 207, 233, 255]);
    for (const distance of [3, 129, 400])
      assert.equal(logBucket(-distance, 256, 512), -logBucket(distance, 256, 512));
  });
});

suite('disentangled attention', () => {
  const [q, pattern] = ['blocks.0.attn.hook_q', 'blocks.0.attn.hook_pattern'];

  test('edits of queries that are tried several times move the part of the positions in each', async () => {
    const model = await openFixture('deberta-v2-default');
    const variants: Intervention[][] = [0, 1, 2].map((head) => [{ hook: q, heads: [head], edit: 'zero' }]);
    const capture = ['blocks.0.attn.hook_position_scores', pattern];
    const swept = await model.sweep({ tokenIds }, variants, { capture });
    for (const [i, interventions] of variants.entries()) {
      const alone = await model.run({ tokenIds }, { capture, interventions });
      for (const hook of capture)
        assertAllClose(
          swept[i]!.activation(hook) as Tensor<'F32'>,
          alone.activation(hook),
          paddingTolerance,
          hook,
        );
    }
  });

  test('some queries at a time give the same, without the scores of all of them', async () => {
    const { graph, checkpoint } = await fixtureGraph('deberta-v2-unusual');
    const chunked = chunkQueries(restrictTo(graph, ['logits']), new Map([['position', tokenIds.length]]), 8);
    const made = chunked.nodes.flatMap(({ outputs }) => outputs);
    for (const hook of ['hook_position_scores', 'hook_attn_scores', 'hook_pattern'])
      assert.ok(!made.includes(`blocks.1.attn.${hook}`), `all of ${hook}`);
    const sessions = new SessionCache(checkpoint.files, runtime);
    const tokens = tokenIds.map(
      (id): Token => ({ id, piece: '', text: '', offsets: null, segment: 0, special: false }),
    );
    const { feeds } = makeBatch([{ tokens, answers: [] }], { side: 'right', segmentTypes: [0, 1, 2] });
    const [whole, parts] = await Promise.all(
      [restrictTo(graph, ['logits']), chunked].map((each, key) =>
        sessions.run({ key: String(key), build: () => each }, feeds),
      ),
    );
    assertAllClose(parts!.get('logits') as Tensor<'F32'>, whole!.get('logits')!, paddingTolerance, 'logits');
    await sessions.close();
  });

  test('one head of one query is that of the whole', async () => {
    const model = await openFixture('deberta-v2-default');
    const run = async (capture: Parameters<typeof model.run>[1]) => model.run({ tokenIds }, capture);
    const whole = (await run({ capture: pattern })).activation(pattern).data as Float32Array;
    const part = await run({ capture: [{ hook: pattern, heads: [2], positions: [5] }] });
    const length = tokenIds.length;
    const from = (2 * length + 5) * length;
    const { shape, data } = part.activation(pattern) as Tensor<'F32'>;
    assert.deepEqual(shape, [1, 1, length]);
    for (const [i, value] of data.entries())
      assert.ok(Math.abs(value - whole[from + i]!) <= paddingTolerance);
  });
});
