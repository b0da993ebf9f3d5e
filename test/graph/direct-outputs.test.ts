import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDirectOutputs } from '../../src/graph/direct-outputs.js';
import { GraphBuilder } from '../../src/graph/index.js';

/** x² under two names, one of which is read on, and x under a name of its own. */
function named() {
  const graph = new GraphBuilder();
  const x = graph.hook('input', graph.input('x', 'F32', ['batch', 2]));
  const first = graph.hook('first', graph.apply('Mul', [x, x]));
  const second = graph.hook('second', first);
  graph.hook('sum', graph.apply('Add', [second, x]));
  return graph.build();
}

/** Operators and what they read and assign, hook points only. */
function written(outputs: readonly string[]): string[] {
  const { nodes } = withDirectOutputs({ ...named(), outputs });
  return nodes.map(({ operator, inputs, outputs: [name] }) => `${name} = ${operator}(${inputs.join(', ')})`);
}

test('what computes a value assigns the output', () => {
  assert.deepEqual(written(['second', 'sum']), ['second = Mul(x, x)', 'sum = Add(second, x)']);
});

test('a value with two wanted names is copied once', () => {
  assert.deepEqual(written(['first', 'second']), [
    'first = Mul(x, x)',
    'second = Identity(first)',
    'Add.4 = Add(second, x)',
  ]);
});

test('an input that is wanted stays an input', () => {
  assert.deepEqual(written(['input', 'sum']).slice(0, 2), [
    'input = Identity(x)',
    'Mul.1 = Mul(input, input)',
  ]);
});
