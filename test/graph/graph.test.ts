import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatGraph, GraphBuilder, restrictTo } from '../../src/graph/index.js';
import { tensor } from '../../src/tensor/index.js';

/** Two branches from one input: a product with a weight, and a sum with a constant whose second step is a hook. */
function branches() {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'F32', ['batch', 2]);
  graph.input('unused', 'I64', ['batch']);
  const weight = graph.weight('w', 'F32', [2, 3], { file: 'model.safetensors', offset: 8, length: 24 });
  graph.hook('product', graph.apply('MatMul', [x, weight]));
  const sum = graph.hook('sum', graph.apply('Add', [x, graph.scalar(1)]));
  graph.hook('after', graph.apply('Softmax', [sum], { axis: -1 }));
  return graph.build();
}

test('every hook point is an output, in the order of the computation', () => {
  assert.deepEqual(branches().hooks, ['product', 'sum', 'after']);
  assert.deepEqual(branches().outputs, ['product', 'sum', 'after']);
});

test('restrictTo keeps what an output needs and drops what is beside and behind it', () => {
  const left = restrictTo(branches(), ['product']);
  assert.deepEqual(
    left.nodes.map(({ operator }) => operator),
    ['MatMul', 'Identity'],
  );
  assert.deepEqual([...left.weights.keys()], ['w']);
  assert.equal(left.constants.size, 0);
  assert.deepEqual(
    left.inputs.map(({ name }) => name),
    ['x'],
  );
  const right = restrictTo(branches(), ['sum']);
  assert.deepEqual(
    right.nodes.map(({ operator }) => operator),
    ['Add', 'Identity'],
  );
  assert.equal(right.weights.size, 0);
  assert.equal(right.constants.size, 1);
  assert.deepEqual(right.outputs, ['sum']);
});

test('restrictTo refuses what is no value', () => {
  assert.throws(() => restrictTo(branches(), ['product', 'sums']), {
    name: 'RangeError',
    message: 'the graph has no value named sums',
  });
});

test('a name is given once', () => {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'F32', [2]);
  graph.hook('here', x);
  assert.throws(() => graph.hook('here', x), /two values named here/);
  assert.throws(() => graph.input('x', 'F32', [2]), /two values named x/);
});

test('a weight that is asked for twice is one weight', () => {
  const graph = new GraphBuilder();
  const data = { file: 'f', offset: 0, length: 8 };
  assert.equal(graph.weight('w', 'F32', [2], data), graph.weight('w', 'F32', [2], data));
  assert.equal(graph.build().weights.size, 1);
});

test('a graph is readable', () => {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'F32', ['batch', 6]);
  const shift = graph.constant(tensor('F32', [2], Float32Array.of(1, -0.5)));
  const [left] = graph.applyAll('Split', [x], { axis: -1, sizes: [2, 4] });
  graph.hook('shifted', graph.apply('Add', [left!, shift]));
  assert.equal(
    formatGraph(graph.build()),
    `input x: F32[batch, 6]
constant constant.0: F32[2] = 1, -0.5
Split.0: F32[batch, 2], Split.0.1: F32[batch, 4] = Split(axis=-1, sizes=[2, 4])(x)
Add.1: F32[batch, 2] = Add(Split.0, constant.0)
shifted: F32[batch, 2] = Identity(Add.1)
output shifted
`,
  );
});
