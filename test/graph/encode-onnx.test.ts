import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from '../../src/graph/generated/onnx_pb.js';
import { encodeOnnx, GraphBuilder } from '../../src/graph/index.js';

suite('a graph as ONNX bytes', () => {
  test('hides from the engine how much is found, so that many experts open in time', () => {
    const graph = new GraphBuilder();
    const used = graph.input('used', 'BOOL', ['batch', 'position']);
    graph.hook('places', graph.applyAs({ dtype: 'I64', shape: [2, 'found'] }, 'NonZero', [used], {}));
    const nodes = fromBinary(ModelProtoSchema, encodeOnnx(graph.build(), String)).graph!.node;
    // A shape that is computed is one that inference does not follow.
    const written = nodes.map(({ opType, input, output }) => `${output} = ${opType}(${input})`);
    const [found] = nodes[0]!.output;
    assert.deepEqual(written.slice(0, 3), [
      `${found} = NonZero(used)`,
      `${nodes[1]!.output} = Shape(${found})`,
      `${nodes[2]!.output} = Reshape(${found},${nodes[1]!.output})`,
    ]);
  });
});
