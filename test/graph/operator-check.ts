import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Dimension,
  encodeOnnx,
  GraphBuilder,
  type Operator,
  restrictTo,
} from '../../src/graph/index.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import { assertAllClose } from '../allclose.js';
import { kernels } from '../kernels/index.js';
import { type Kernel, toDoubles } from '../kernels/kernel.js';
import { type Case, operatorCases } from './operator-cases.js';
import { fillInput, randomNumbers } from './operator-inputs.js';

/** Runs one operator in an engine, with the sizes in `named` known by name only, and holds it against its kernel. */
async function check(
  { runtime, tolerance }: OperatorTrial,
  operator: Operator,
  { inputs, attributes }: Case,
  named: number[],
  seed: number,
) {
  const random = randomNumbers(seed);
  const feeds = inputs.map((input) => fillInput(input, random));
  const symbolic = (shape: readonly Dimension[]) =>
    shape.map((size) => (named.includes(Number(size)) ? `size${size}` : size));
  const graph = new GraphBuilder();
  const values = feeds.map(({ dtype, shape }, i) => graph.input(`input${i}`, dtype, symbolic(shape)));
  const given = 'shape' in attributes ? { shape: symbolic(attributes.shape) } : attributes;
  const outputs = graph.applyAll<Operator>(operator, values, given);

  const part = restrictTo(
    graph.build(),
    outputs.map(({ name }) => name),
  );
  const session = await runtime.createSession(encodeOnnx(part, String));
  const results = await session.run(Object.fromEntries(feeds.map((feed, i) => [`input${i}`, feed])));
  await session.release();

  const expected = (kernels[operator] as Kernel<Operator>)(feeds.map(toDoubles), attributes);
  assert.equal(outputs.length, expected.length);
  for (const [i, { name, dtype, shape }] of outputs.entries()) {
    const actual = results.get(name)!;
    assert.equal(actual.dtype, dtype, `the type that is inferred for output ${i}`);
    // How much is found, inference cannot know.
    const inferred = shape.map((size, axis) =>
      size === 'found' ? actual.shape[axis] : Number(String(size).replace('size', '')),
    );
    assert.deepEqual([...actual.shape], inferred, `the shape that is inferred for output ${i}`);
    assertAllClose(toDoubles(actual), expected[i]!, tolerance, `output ${i}`);
  }
}

/** Where operators are tried, how often each, and how far from the kernel a result may be. */
export interface OperatorTrial {
  readonly runtime: Runtime;
  readonly runs: number;
  readonly tolerance: number;
}

/** Holds that an engine computes what the operator's reference kernel does, in the type that is inferred. */
export async function checkOperator(trial: OperatorTrial, operator: Operator): Promise<void> {
  const cases = operatorCases[operator] as fc.Arbitrary<Case>;
  await fc.assert(
    fc.asyncProperty(cases, fc.subarray([3, 7]), fc.nat(1e6), (each, named, seed) =>
      check(trial, operator, each, named, seed),
    ),
    { numRuns: trial.runs, seed: 1 },
  );
}
