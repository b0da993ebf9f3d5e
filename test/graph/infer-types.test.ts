import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Dimension, Operator, OperatorAttributes, ValueType } from '../../src/graph/index.js';
import { inferTypes } from '../../src/graph/operators.js';

const value = (...shape: Dimension[]): ValueType => ({ dtype: 'F32', shape });

function shapes<O extends Operator>(operator: O, inputs: ValueType[], attributes: OperatorAttributes[O]) {
  const infer = inferTypes[operator] as (
    inputs: readonly ValueType[],
    attributes: OperatorAttributes[O],
  ) => ValueType[];
  return infer(inputs, attributes).map(({ shape }) => [...shape]);
}

suite('names of sizes stay names', () => {
  test('broadcasting', () => {
    const scores = value('batch', 4, 'position', 'position');
    assert.deepEqual(shapes('Add', [scores, value('batch', 1, 1, 'position')], {}), [[...scores.shape]]);
    assert.deepEqual(shapes('Mul', [value(1), value('batch', 3)], {}), [['batch', 3]]);
    assert.deepEqual(shapes('Sub', [value(), value()], {}), [[]]);
    assert.deepEqual(shapes('Where', [value('batch', 3), value(), value(1)], {}), [['batch', 3]]);
  });

  test('matrix products', () => {
    assert.deepEqual(shapes('MatMul', [value('batch', 'position', 8), value(8, 3)], {}), [
      ['batch', 'position', 3],
    ]);
    const query = value('batch', 4, 'position', 6);
    assert.deepEqual(shapes('FusedMatMul', [query, query], { transB: 1 }), [
      ['batch', 4, 'position', 'position'],
    ]);
    assert.deepEqual(shapes('FusedMatMul', [query, query], { transA: 1 }), [['batch', 4, 6, 6]]);
  });

  test('joining: the sum of names is a name', () => {
    const [past, next] = [value('batch', 4, 'past', 6), value('batch', 4, 'position', 6)];
    assert.deepEqual(shapes('Concat', [past, next], { axis: -2 }), [['batch', 4, 'past + position', 6]]);
    assert.deepEqual(shapes('Concat', [value('batch', 2), value('batch', 3)], { axis: 1 }), [['batch', 5]]);
  });

  test('gathering and reducing', () => {
    const stream = value('batch', 'position', 8);
    assert.deepEqual(shapes('GatherND', [stream, value('batch', 'answer', 1)], { batch_dims: 1 }), [
      ['batch', 'answer', 8],
    ]);
    assert.deepEqual(shapes('Gather', [value(100, 8), value('batch', 'position')], { axis: 0 }), [
      ['batch', 'position', 8],
    ]);
    const scores = value('batch', 4, 'position', 16);
    const index = value('batch', 4, 'position', 'position');
    assert.deepEqual(shapes('GatherElements', [scores, index], { axis: -1 }), [[...index.shape]]);
    assert.deepEqual(shapes('ScatterElements', [scores, index, index], { axis: -1, reduction: 'add' }), [
      [...scores.shape],
    ]);
    assert.deepEqual(shapes('ReduceMean', [stream], { axes: [-2], keepdims: 0 }), [['batch', 8]]);
    assert.deepEqual(shapes('LayerNormalization', [stream, value(8), value(8)], { axis: -1, epsilon: 1 }), [
      ['batch', 'position', 8],
      ['batch', 'position', 1],
      ['batch', 'position', 1],
    ]);
  });
});

test('what is found has a size of its own', () => {
  assert.deepEqual(shapes('NonZero', [value('batch', 'position')], {}), [[2, 'found']]);
  assert.deepEqual(shapes('TopK', [value('batch', 8)], { k: 3 }), [
    ['batch', 3],
    ['batch', 3],
  ]);
  const tuples = value('rows', 2);
  const stream = value('batch', 'position', 8);
  assert.deepEqual(shapes('GatherND', [stream, tuples], { batch_dims: 0 }), [['rows', 8]]);
  assert.deepEqual(shapes('ScatterND', [stream, tuples, value('rows', 8)], { reduction: 'add' }), [
    [...stream.shape],
  ]);
});

test('types: comparisons give truth values, a cast what it is asked for, the rest what they are given', () => {
  const half: ValueType = { dtype: 'F16', shape: [2] };
  assert.equal(inferTypes.Equal([value(2), value(2)], {})[0]!.dtype, 'BOOL');
  assert.equal(inferTypes.GreaterOrEqual([value(2), value(2)], {})[0]!.dtype, 'BOOL');
  assert.equal(inferTypes.Cast([half], { to: 'F32' })[0]!.dtype, 'F32');
  assert.equal(inferTypes.Gather([half, value()], { axis: 0 })[0]!.dtype, 'F16');
});

suite('what does not fit is refused', () => {
  const refusals: readonly [string, () => unknown, RegExp][] = [
    [
      'unequal sizes',
      () => shapes('Add', [value(3), value(2)], {}),
      /shapes \[3\] and \[2\] do not broadcast/,
    ],
    [
      'unequal names',
      () => shapes('Add', [value('batch'), value('position')], {}),
      /\[batch\] and \[position\]/,
    ],
    ['a name and a number', () => shapes('Mul', [value('batch'), value(3)], {}), /do not broadcast/],
    ['a condition', () => shapes('Where', [value(3), value(2), value()], {}), /do not broadcast/],
    [
      'inner sizes',
      () => shapes('MatMul', [value(2, 3), value(2, 3)], {}),
      /product of \[2, 3\] and \[2, 3\]/,
    ],
    ['a vector', () => shapes('MatMul', [value(3), value(3, 2)], {}), /product of \[3\]/],
    [
      'inner sizes, transposed',
      () => shapes('FusedMatMul', [value(2, 3), value(3, 2)], { transB: 1 }),
      /product/,
    ],
    [
      'an axis',
      () => shapes('Gather', [value(2), value()], { axis: 1 }),
      /axis 1 is outside a value of rank 1/,
    ],
    ['a negative axis', () => shapes('ReduceMean', [value(2)], { axes: [-2], keepdims: 0 }), /axis -2/],
    ['a split', () => shapes('Split', [value(6)], { axis: 0, sizes: [2, 3] }), /does not cover an axis of 6/],
    ['a split of a name', () => shapes('Split', [value('batch')], { axis: 0, sizes: [1] }), /axis of batch/],
    [
      'a slice',
      () => shapes('Slice', [value(3)], { axis: 0, start: 1, end: 4 }),
      /\[1, 4\) is not inside an axis of 3/,
    ],
    ['a slice from the end', () => shapes('Slice', [value(3)], { axis: 0, start: -1, end: 3 }), /not inside/],
    ['an order of axes', () => shapes('Transpose', [value(3, 2)], { perm: [0, 0] }), /\[0, 0\] is no order/],
    ['too short an order', () => shapes('Transpose', [value(3, 2)], { perm: [0] }), /no order/],
    [
      'parts',
      () => shapes('Concat', [value(2, 3), value(2, 4)], { axis: 0 }),
      /parts of shapes \[2, 3\], \[2, 4\] do not fit/,
    ],
    [
      'a new axis',
      () => shapes('Unsqueeze', [value(3)], { axes: [2] }),
      /axis 2 is outside a value of rank 2/,
    ],
    ['more than there is', () => shapes('TopK', [value(3)], { k: 4 }), /no 4 elements/],
    ['a new axis twice', () => shapes('Unsqueeze', [value(3)], { axes: [0, -3] }), /twice/],
  ];
  for (const [name, act, message] of refusals) {
    test(name, () => assert.throws(act, { name: 'RangeError', message }));
  }
});
