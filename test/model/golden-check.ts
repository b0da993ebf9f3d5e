import assert from 'node:assert/strict';
import type { CheckpointFiles } from '../../src/checkpoint/index.js';
import { restrictTo } from '../../src/graph/index.js';
import { answerPositions } from '../../src/model/answer-positions.js';
import { makeBatch, sliceRow } from '../../src/model/batch.js';
import { SessionCache } from '../../src/model/session-cache.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import type { Token } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { rowSumTolerance } from '../tolerances.js';
import { type FixtureGraph, fixtureGraph } from './fixture-graph.js';
import type { GoldenCase } from './golden.js';

/** A tiny checkpoint that is held against the reference's values. */
export interface GoldenCheck {
  check(golden: GoldenCase, tolerance: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a tiny checkpoint in an engine.
 * @param files how its files are seen there, where that is not as they lie on this disk
 */
export async function openGoldenCheck(
  name: string,
  runtime: Runtime,
  files: (own: CheckpointFiles) => CheckpointFiles = (own) => own,
): Promise<GoldenCheck> {
  const made = await fixtureGraph(name);
  const { graph, checkpoint, architecture } = made;
  const sessions = new SessionCache(files(checkpoint.files), runtime);
  return {
    close: () => sessions.close(),
    async check(golden, tolerance) {
      const batch = goldenBatch(made, golden);
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
          assertAllClose(actual, expected, tolerance, `${hook} of row ${row}`);
          const width = actual.shape.at(-1) ?? 0;
          if (hook.endsWith('hook_pattern')) {
            const name = hook.replace('hook_pattern', 'hook_sink_mass');
            const mass = golden.values.get(name);
            const sinks = mass && (sliceRow(mass, graph.values.get(name)!, row, place).data as Float32Array);
            const causal = architecture.causal && !/^encoder|cross/.test(hook);
            checkPattern(actual.data as Float32Array, width, causal, sinks);
          }
        }
      }
    },
  };
}

/** What a graph is fed for a case. */
export function goldenBatch({ task, config }: FixtureGraph, golden: GoldenCase) {
  const padId = config.tokenId('pad_token_id', null);
  const answering = { answers: true, task, maskId: undefined, padId };
  const rows = goldenRows(golden).map((row) => {
    return { ...row, answers: answerPositions(undefined, row.tokens, answering).slice(0, 1) };
  });
  return makeBatch(rows, { side: golden.padding, segmentTypes: [0, 1, 2] });
}

/** The tokens of each row, without padding; of an encoder-decoder its decoder's, and those that its encoder reads. */
export function goldenRows(golden: GoldenCase): { tokens: Token[]; source?: { tokens: Token[] } }[] {
  const { input_ids, attention_mask, decoder_input_ids: ids, decoder_attention_mask: mask } = golden;
  return input_ids.map((row, i) => {
    const read = rowTokens(row, attention_mask[i]!, golden.token_type_ids?.[i]);
    return ids ? { tokens: rowTokens(ids[i]!, mask![i]!), source: { tokens: read } } : { tokens: read };
  });
}

function rowTokens(ids: readonly number[], mask: readonly number[], segments?: readonly number[]): Token[] {
  return ids.flatMap((id, i) => {
    if (mask[i] === 0) return [];
    const segment = (segments?.[i] ?? 0) as 0 | 1;
    return [{ id, piece: '', text: '', offsets: null, segment, special: false }];
  });
}

/** Rows, and the mass on their sinks, sum to 1, and what a causal model must not see has a weight of exactly 0. */
function checkPattern(values: Float32Array, length: number, causal: boolean, sinks?: Float32Array): void {
  for (let row = 0; row * length < values.length; row++) {
    const weights = values.subarray(row * length, (row + 1) * length);
    const sum = weights.reduce((a, b) => a + b, sinks?.[row] ?? 0);
    assert.ok(Math.abs(sum - 1) <= rowSumTolerance, `a row of attention sums to ${sum}`);
    if (!causal) continue;
    for (let source = (row % length) + 1; source < length; source++) assert.equal(weights[source], 0);
  }
}
