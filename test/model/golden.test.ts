import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openCheckpoint, openFolder } from '../../src/checkpoint/index.js';
import { restrictTo } from '../../src/graph/index.js';
import { answerPositions } from '../../src/model/answer-positions.js';
import { architectures } from '../../src/model/architectures/index.js';
import { makeBatch, sliceRow } from '../../src/model/batch.js';
import { createGraph } from '../../src/model/create-graph.js';
import { SessionCache } from '../../src/model/session-cache.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import type { Token } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { referenceTolerance, rowSumTolerance } from '../tolerances.js';
import { checkpointFolder, fixturesFolder, type GoldenCase, goldenCases } from './golden.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

for (const name of readdirSync(new URL('checkpoints/', fixturesFolder))) {
  describe(`${name} equals the reference`, async () => {
    const checkpoint = await openCheckpoint(await openFolder(fileURLToPath(checkpointFolder(name))));
    const architecture = architectures.find(({ modelType }) => modelType === checkpoint.modelType)!;
    const { graph, task, config } = createGraph(checkpoint, architecture);
    const sessions = new SessionCache(checkpoint.files, runtime);
    after(() => sessions.close());

    for (const golden of goldenCases(name)) {
      test(golden.name, async () => {
        const rows = golden.input_ids.map((_, row) => {
          const tokens = rowTokens(golden, row);
          const answering = {
            answers: true,
            task,
            maskId: undefined,
            padId: config.tokenId('pad_token_id', null),
          };
          return { tokens, answers: answerPositions(undefined, tokens, answering).slice(0, 1) };
        });
        const batch = makeBatch(rows, { side: golden.padding, segmentTypes: [0, 1, 2] });
        const names = [...golden.values.keys()];
        const outputs = await sessions.run(
          { key: golden.name, build: () => restrictTo(graph, names) },
          batch.feeds,
        );
        for (const hook of names) {
          const type = graph.values.get(hook);
          assert.ok(type, `${hook} is no hook point`);
          for (const [row, place] of batch.rows.entries()) {
            const actual = sliceRow(outputs.get(hook)!, type, row, place);
            const expected = sliceRow(golden.values.get(hook)!, type, row, place);
            assertAllClose(actual, expected, referenceTolerance, `${hook} of row ${row}`);
            const width = actual.shape.at(-1) ?? 0;
            if (hook.endsWith('hook_pattern'))
              checkPattern(actual.data as Float32Array, width, architecture.causal);
          }
        }
      });
    }
  });
}

/** The tokens of one row, without its padding. */
function rowTokens(golden: GoldenCase, row: number): Token[] {
  const mask = golden.attention_mask[row]!;
  return golden.input_ids[row]!.flatMap((id, i) => {
    if (mask[i] === 0) return [];
    const segment = (golden.token_type_ids?.[row]?.[i] ?? 0) as 0 | 1;
    return [{ id, piece: '', text: '', offsets: null, segment, special: false }];
  });
}

/** Rows sum to 1, and what a causal model must not see has a weight of exactly 0. */
function checkPattern(values: Float32Array, length: number, causal: boolean): void {
  for (let row = 0; row * length < values.length; row++) {
    const weights = values.subarray(row * length, (row + 1) * length);
    const sum = weights.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) <= rowSumTolerance, `a row of attention sums to ${sum}`);
    if (!causal) continue;
    for (let source = (row % length) + 1; source < length; source++) assert.equal(weights[source], 0);
  }
}
