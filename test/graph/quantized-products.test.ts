import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  GraphBuilder,
  type QuantizedMatrix,
  quantizableMatrices,
  restrictTo,
  withQuantizedProducts,
} from '../../src/graph/index.js';

const file = { file: 'model.safetensors', offset: 0, length: 0 };

/** A matrix in 8 bits, of a name. */
function matrix(name: string, to: number, from: number): QuantizedMatrix {
  return {
    ...{ to, from },
    packed: { name: `${name}.8-bit`, dtype: 'U8', shape: [to, from / 32, 32], data: file },
    scales: { name: `${name}.scales`, dtype: 'F32', shape: [to, from / 32], data: file },
  };
}

suite('products of weights in 8 bits', () => {
  test('are those of activations with whole matrices, stored in either way, of any float type', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', ['batch', 'position', 64]);
    const weight = (name: string, dtype: 'F32' | 'BF16', shape: number[]) =>
      graph.weight(name, dtype, shape, file);
    const product = (name: string, shape: number[], attributes: object = { transB: 1 }) =>
      graph.apply('FusedMatMul', [x, weight(name, 'F32', shape)], attributes);
    graph.hook('y.0', graph.apply('MatMul', [x, weight('in-out', 'F32', [64, 96])]));
    graph.hook('y.1', product('out-in', [96, 64]));
    const half = graph.apply('Cast', [weight('half', 'BF16', [96, 64])], { to: 'F32' });
    graph.hook('y.2', graph.apply('FusedMatMul', [x, half], { transB: 1 }));
    graph.hook('y.3', product('few classes', [2, 64]));
    graph.hook('y.4', product('scaled', [96, 64], { transB: 1, alpha: 2 }));
    const odd = graph.hook('y.5', graph.apply('Slice', [x], { axis: -1, start: 0, end: 40 }));
    graph.hook('y.6', graph.apply('FusedMatMul', [odd, weight('odd rows', 'F32', [96, 40])], { transB: 1 }));
    graph.hook('y.7', graph.apply('FusedMatMul', [x, x], { transB: 1 }));
    assert.deepEqual(
      [...quantizableMatrices(graph.build())],
      [
        ['in-out', 'in-out'],
        ['out-in', 'out-in'],
        ['half', 'out-in'],
      ],
    );
  });

  test('read the rounded matrix in place of the stored one, which stays for what else reads it', () => {
    const graph = new GraphBuilder();
    const tokens = graph.input('tokens', 'I64', ['batch', 'position']);
    const table = graph.weight('table', 'F32', [96, 64], file);
    const up = graph.weight('up', 'F32', [64, 64], file);
    const x = graph.apply('Gather', [table, tokens], { axis: 0 });
    const y = graph.apply('MatMul', [x, up]);
    graph.hook('logits', graph.apply('FusedMatMul', [y, table], { transB: 1 }));
    const whole = restrictTo(graph.build(), ['logits']);
    const rounded = withQuantizedProducts(
      whole,
      new Map([
        ['table', matrix('table', 96, 64)],
        ['up', matrix('up', 64, 64)],
      ]),
    );
    assert.deepEqual(
      rounded.nodes.map(({ operator }) => operator),
      ['Gather', 'MatMulNBits', 'MatMulNBits', 'Identity'],
    );
    assert.deepEqual(
      [...rounded.weights.keys()],
      ['table', 'up.8-bit', 'up.scales', 'table.8-bit', 'table.scales'],
    );
    assert.deepEqual(withQuantizedProducts(rounded, new Map([['up', matrix('up', 64, 64)]])), rounded);
    assert.equal(withQuantizedProducts(whole, new Map()), whole);
  });
});
