import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphBuilder, withScalesOnPath } from '../../src/graph/index.js';
import { tensor } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { evaluate } from '../kernels/evaluate.js';

function norm() {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'F32', [2, 3]);
  const gain = graph.constant(tensor('F32', [3], Float32Array.of(1, 2, -1)));
  const bias = graph.constant(tensor('F32', [3], Float32Array.of(0.5, 0, 1)));
  const [y, , inverse] = graph.applyAll('LayerNormalization', [x, gain, bias], { axis: -1, epsilon: 0.01 });
  graph.hook('ln.hook_scale', graph.apply('Reciprocal', [inverse!]));
  graph.hook('ln.hook_normalized', y!);
  return graph.build();
}

const feeds = { x: tensor('F32', [2, 3], Float32Array.of(1, 5, -2, 0.1, 0.2, 0.3)) };

test('a norm that is written out computes the same, and its scale lies on the way', () => {
  const graph = withScalesOnPath(norm(), ['ln.hook_scale']);
  const [expected, actual] = [evaluate(norm(), feeds), evaluate(graph, feeds)];
  // The reference kernel is in double precision, and so is ε here but for its rounding to float32.
  for (const hook of graph.hooks) assertAllClose(actual.get(hook)!, expected.get(hook)!, 1e-7, hook);
  assert.ok(graph.nodes.some(({ operator, inputs }) => operator === 'Div' && inputs[1] === 'ln.hook_scale'));
});

test('what is no scale, or lies on the way already, is left alone', () => {
  const graph = norm();
  assert.equal(withScalesOnPath(graph, ['ln.hook_normalized']), graph);
  const once = withScalesOnPath(graph, ['ln.hook_scale']);
  assert.equal(withScalesOnPath(once, ['ln.hook_scale']), once);
});
