import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphBuilder, restrictTo, withReadRows } from '../../src/graph/index.js';

/** A stream, a mixing of its rows, an MLP, and what answers are read from. */
function stack() {
  const graph = new GraphBuilder();
  const answers = graph.input('answers', 'I64', ['row', 'answer', 1]);
  const x = graph.hook('pre', graph.input('x', 'F32', ['batch', 'position', 8]));
  const weight = (name: string, from: number, to: number) =>
    graph.weight(name, 'F32', [from, to], { file: 'w', offset: 0, length: 4 * from * to });
  const scores = graph.apply('FusedMatMul', [x, x], { transB: 1 });
  const pattern = graph.hook('pattern', graph.apply('Softmax', [scores], { axis: -1 }));
  const mid = graph.hook('mid', graph.apply('Add', [x, graph.apply('MatMul', [pattern, x])]));
  const inner = graph.apply('Gelu', [graph.apply('MatMul', [mid, weight('in', 8, 32)])], {
    approximate: 'none',
  });
  const post = graph.hook(
    'post',
    graph.apply('Add', [mid, graph.apply('MatMul', [inner, weight('out', 32, 8)])]),
  );
  graph.hook('read', graph.apply('GatherND', [post, answers], { batch_dims: 1 }));
  return graph.build();
}

const rows = { axis: 'position', reader: 'answers', rows: 'rows' };
const shapesOf = (outputs: readonly string[]) => {
  const { values, nodes } = withReadRows(restrictTo(stack(), outputs), rows);
  const shape = (name: string) => values.get(name)!.shape.join(' ');
  const gathers = nodes.filter(({ operator }) => operator === 'Gather').map(({ inputs }) => inputs[0]);
  return { pattern: shape('pattern'), mid: shape('mid'), post: shape('post'), gathers };
};

test('behind the last mixing of rows only those are computed that are read', () => {
  assert.deepEqual(shapesOf(['read']), {
    pattern: 'batch rows position',
    mid: 'batch rows 8',
    post: 'batch rows 8',
    gathers: ['pre'],
  });
});

test('what is wanted whole stays whole, and so does what it is computed from', () => {
  assert.deepEqual(shapesOf(['read', 'pattern']), {
    pattern: 'batch position position',
    mid: 'batch rows 8',
    post: 'batch rows 8',
    gathers: ['pattern', 'pre'],
  });
  assert.deepEqual(shapesOf(['read', 'post']).gathers, ['post']);
});
