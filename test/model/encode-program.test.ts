import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { CheckpointFiles } from '../../src/checkpoint/index.js';
import { GraphBuilder } from '../../src/graph/index.js';
import { encodeProgram } from '../../src/model/encode-program.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { vector } from '../runtime/sample-graphs.js';

const runtime = new NodeRuntime();
after(() => runtime.close());

/** A file of float32 numbers 0, 1, 2 … of which the parts that are read are noted, and no path is known. */
function countingFiles(read: string[]): CheckpointFiles {
  return {
    id: 'counting',
    names: ['a', 'b'],
    size: async () => 2 ** 32,
    read: async (name, start = 0, end = 0) => {
      read.push(`${name} ${start}-${end}`);
      const numbers = Float32Array.from({ length: (end - start) / 4 }, (_, i) => start / 4 + i);
      return new Uint8Array(numbers.buffer);
    },
    path: () => undefined,
  };
}

/** A graph that returns each weight: two float32 numbers at each of the places. */
function weightsAt(...places: readonly (readonly [file: string, offset: number])[]) {
  const graph = new GraphBuilder();
  for (const [i, [file, offset]] of places.entries()) {
    graph.hook(`y${i}`, graph.weight(`w${i}`, 'F32', [2], { file, offset, length: 8 }));
  }
  return graph.build();
}

suite('weights that a runtime cannot read itself', () => {
  test('are handed over in slices: near ones together, far ones and other files apart', async () => {
    const read: string[] = [];
    const far = 8 + 2 ** 16 + 4;
    const graph = weightsAt(['b', 400], ['a', far], ['a', 0], ['a', far + 40], ['a', 0]);
    const { model, options } = await encodeProgram(graph, countingFiles(read));
    assert.deepEqual(read, ['a 0-8', `a ${far}-${far + 48}`, 'b 400-408']);
    const session = await runtime.createSession(model, options);
    const results = await session.run({});
    for (const [i, first] of [100, far / 4, 0, far / 4 + 10, 0].entries()) {
      assert.deepEqual(results.get(`y${i}`), vector(first, first + 1));
    }
  });

  test('of a bounded length each, unless one weight is longer', async () => {
    const graph = new GraphBuilder();
    const length = 2 ** 27;
    const asked: string[] = [];
    const files: CheckpointFiles = {
      ...countingFiles([]),
      read: async (name, start, end) => {
        asked.push(`${name} ${start}-${end}`);
        return new Uint8Array();
      },
    };
    for (const i of [0, 1, 2]) {
      const data = { file: 'a', offset: i * length, length };
      graph.hook(`y${i}`, graph.weight(`w${i}`, 'F32', [length / 4], data));
    }
    const data = { file: 'a', offset: 3 * length, length: 3 * length };
    graph.hook('y3', graph.weight('w3', 'F32', [(3 * length) / 4], data));
    await encodeProgram(graph.build(), files);
    const ends = [0, 2, 3, 6].map((count) => count * length);
    assert.deepEqual(
      asked,
      ends.slice(1).map((end, i) => `a ${ends[i]}-${end}`),
    );
  });

  test('are refused where one alone is too long for an array', async () => {
    const graph = new GraphBuilder();
    const data = { file: 'a', offset: 0, length: 2 ** 31 };
    graph.hook('y', graph.weight('w', 'F32', [2 ** 29], data));
    await assert.rejects(encodeProgram(graph.build(), countingFiles([])), {
      code: 'unsupported',
      message: /"w" in a of counting is 2147483648 bytes long/,
    });
  });

  test('are none where the graph uses none', async () => {
    const graph = new GraphBuilder();
    graph.hook('y', graph.input('x', 'F32', [1]));
    const { options } = await encodeProgram(graph.build(), countingFiles([]));
    assert.deepEqual(options, {});
  });
});
