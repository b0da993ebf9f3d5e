import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cutAt, differentiate, GraphBuilder, gradientOf, restrictTo } from '../../src/graph/index.js';
import { tensor } from '../../src/tensor/index.js';
import { evaluate } from '../kernels/evaluate.js';

const data = { file: 'model.safetensors', offset: 8, length: 24 };
const pair = (...values: number[]) => tensor('F32', [values.length], Float32Array.from(values));

/** target = a · a · b for a = x, b = 3 · x: 3x³, with hook points on each part of the way. */
function cube() {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'F32', [2]);
  const a = graph.hook('a', x);
  const b = graph.hook('b', graph.apply('Mul', [x, graph.scalar(3)]));
  graph.hook('beside', graph.apply('Exp', [x]));
  graph.hook('target', graph.apply('Mul', [graph.apply('Mul', [a, a]), b]));
  return graph.build();
}

const gradient = (graph: ReturnType<typeof cube>, name: string) => [
  ...evaluate(graph, { x: pair(2, -1) }).get(gradientOf(name))!.data,
];

suite('what flows back', () => {
  test('a value that is read several times gets the sum', () => {
    const graph = differentiate(cube(), 'target', ['x', 'a', 'b']);
    assert.deepEqual(gradient(graph, 'x'), [36, 9]);
    assert.deepEqual(gradient(graph, 'a'), [24, 6]);
    assert.deepEqual(gradient(graph, 'b'), [4, 1]);
  });

  test('nothing flows through what is frozen, which may itself be a source', () => {
    const graph = differentiate(cube(), 'target', ['x', 'a', 'b'], ['b']);
    assert.deepEqual(gradient(graph, 'x'), [24, 6]);
    assert.deepEqual(gradient(graph, 'b'), [4, 1]);
    assert.deepEqual(gradient(differentiate(cube(), 'target', ['x'], ['a', 'b']), 'x'), [0, 0]);
  });

  test('zero where the target does not depend on a source, infinite values included', () => {
    const graph = differentiate(cube(), 'target', ['beside']);
    const values = evaluate(graph, { x: pair(1000, Number.NEGATIVE_INFINITY) });
    assert.deepEqual([...values.get(gradientOf('beside'))!.data], [0, 0]);
  });

  test('the target with respect to itself is one', () => {
    assert.deepEqual(gradient(differentiate(cube(), 'target', ['target']), 'target'), [1, 1]);
  });

  test('a second derivative: differentiating again', () => {
    const once = differentiate(cube(), 'target', ['x']);
    const twice = differentiate(once, gradientOf('x'), ['a']);
    // d/da of 2ab + 3a² is 2b + 6a, with b as it stands.
    assert.deepEqual(gradient(twice, 'a'), [2 * 6 + 6 * 2, 2 * -3 + 6 * -1]);
  });

  test('masked scores give 0, not 0 · ∞', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', [2]);
    const mask = graph.constant(pair(0, Number.NEGATIVE_INFINITY));
    const scores = graph.hook('scores', graph.apply('Add', [x, mask]));
    graph.hook('target', graph.apply('Softmax', [scores], { axis: -1 }));
    const values = evaluate(differentiate(graph.build(), 'target', ['scores', 'x']), { x: pair(2, 5) });
    assert.deepEqual([...values.get(gradientOf('scores'))!.data], [0, 0]);
    assert.deepEqual([...values.get(gradientOf('x'))!.data], [0, 0]);
  });
});

suite('the graph', () => {
  test('no adjoint is computed of weights, nor of what only they lead to', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', ['batch', 2]);
    const w = graph.weight('w', 'F32', [2, 3], data);
    const scaled = graph.apply('Mul', [w, graph.scalar(2)]);
    graph.hook(
      'target',
      graph.apply('ReduceSum', [graph.apply('MatMul', [x, scaled])], { axes: [1], keepdims: 0 }),
    );
    const before = graph.build().nodes.length;
    const added = differentiate(graph.build(), 'target', ['x']).nodes.slice(before);
    assert.deepEqual(
      added.map(({ operator }) => operator),
      ['Clip', 'Unsqueeze', 'Clip', 'Mul', 'FusedMatMul', 'Identity'],
    );
    assert.deepEqual(added.at(-2)!.inputs[1], scaled.name);
  });

  test('the graph it was made from stays as it is, and hook points and outputs stay the same', () => {
    const graph = cube();
    const count = graph.nodes.length;
    const derived = differentiate(graph, 'target', ['x']);
    assert.equal(graph.nodes.length, count);
    assert.equal(graph.values.has(gradientOf('x')), false);
    assert.deepEqual(derived.hooks, graph.hooks);
  });

  test('a graph that was cut and restricted can be extended: no name is given twice', () => {
    const part = restrictTo(cutAt(differentiate(cube(), 'target', ['x']), ['b']), ['target']);
    const names = differentiate(part, 'target', ['a']).nodes.flatMap(({ outputs }) => outputs);
    assert.equal(new Set(names).size, names.length);
  });

  test('what has no derivative is refused by its name', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', [2]);
    const ids = graph.input('ids', 'I64', [2]);
    graph.hook('best', graph.apply('ArgMax', [x], { axis: 0, keepdims: 1 }));
    graph.hook('sum', graph.apply('Add', [x, x]));
    const built = graph.build();
    assert.throws(() => differentiate(built, 'best', ['x']), /best is I64, and only float32/);
    assert.throws(() => differentiate(built, 'sum', [ids.name]), /ids is I64/);
    assert.throws(() => differentiate(built, 'sum', ['y']), /no value named y/);
    assert.throws(() => differentiate(built, 'product', ['x']), /no value named product/);
  });

  test('nothing flows back through a truth value or an index', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'F32', [2]);
    const above = graph.apply('GreaterOrEqual', [x, graph.scalar(0)]);
    graph.hook('target', graph.apply('Where', [above, x, graph.scalar(7)]));
    assert.deepEqual(
      [
        ...evaluate(differentiate(graph.build(), 'target', ['x']), { x: pair(2, -1) }).get(gradientOf('x'))!
          .data,
      ],
      [1, 0],
    );
  });
});

suite('cutAt', () => {
  test('a hook point reads what is given, and what led to it falls away', () => {
    const part = restrictTo(cutAt(cube(), ['a', 'b']), ['target', 'a']);
    assert.deepEqual(
      part.inputs.map(({ name }) => name),
      ['a.given', 'b.given'],
    );
    const values = evaluate(part, { 'a.given': pair(2, 3), 'b.given': pair(5, 7) });
    assert.deepEqual([...values.get('target')!.data], [20, 63]);
    assert.deepEqual([...values.get('a')!.data], [2, 3]);
  });

  test('only hook points can be given', () => {
    assert.throws(() => cutAt(cube(), ['x']), /no hook point named x/);
  });
});
