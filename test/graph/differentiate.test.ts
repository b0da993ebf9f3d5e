import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Dimension,
  differentiate,
  encodeOnnx,
  type Graph,
  GraphBuilder,
  gradientOf,
  type Operator,
  restrictTo,
} from '../../src/graph/index.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { type Tensor, tensor } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { evaluate } from '../kernels/evaluate.js';
import { toDoubles } from '../kernels/kernel.js';
import { type Case, type Input, operatorCases } from './operator-cases.js';
import { fillInput, randomNumbers } from './operator-inputs.js';

/** Steps of 1e-5 in double precision leave an error of about 1e-10 · f‴; derivatives here stay below 1e3. */
const step = 1e-5;
const differenceTolerance = 1e-6;

/** The engine's float32 against doubles: sums of a few hundred terms, relative to the largest of them. */
const engineTolerance = 2e-5;

/** Operators whose output is a truth value or an index; and the product of rounded weights. */
const withoutDerivative: readonly Operator[] = [
  'And',
  'ArgMax',
  'ReduceMax',
  'Equal',
  'GreaterOrEqual',
  'MatMulNBits',
  'NonZero',
  'Or',
];

const runtime = new NodeRuntime();
after(() => runtime.close());

/** A scalar that depends on every output of an operator: the sum of its elements, each times an input `factors`. */
function weightedSum(operator: Operator, { inputs, attributes }: Case, named: readonly number[]): Graph {
  const symbolic = (shape: readonly Dimension[]) =>
    shape.map((size) => (named.includes(Number(size)) ? `size${size}` : size));
  const graph = new GraphBuilder();
  const values = inputs.map(({ dtype, shape }, i) => graph.input(`input${i}`, dtype, symbolic(shape)));
  const given = 'shape' in attributes ? { shape: symbolic(attributes.shape) } : attributes;
  const sums = graph.applyAll<Operator>(operator, values, given).map((output, i) => {
    const float = output.dtype === 'F32' ? output : graph.apply('Cast', [output], { to: 'F32' });
    const weighted = graph.apply('Mul', [float, graph.input(`factors${i}`, 'F32', output.shape)]);
    return graph.apply('ReduceSum', [weighted], { axes: [...output.shape.keys()], keepdims: 0 });
  });
  graph.hook(
    'target',
    sums.reduce((a, b) => graph.apply('Add', [a, b])),
  );
  return graph.build();
}

/** (f(x + h) − f(x − h)) / 2h for every element of one input, by the reference kernels. */
function centralDifferences(graph: Graph, feeds: Record<string, Tensor>, name: string): Tensor<'F64'> {
  const { shape, data } = toDoubles(feeds[name]!);
  const at = (i: number, shift: number) => {
    const moved = Float64Array.from(data);
    moved[i]! += shift;
    return evaluate(graph, { ...feeds, [name]: tensor('F64', shape, moved) }).get('target')!.data[0]!;
  };
  return tensor(
    'F64',
    shape,
    data.map((_, i) => (at(i, step) - at(i, -step)) / (2 * step)),
  );
}

function scaled(tolerance: number, { data }: Tensor<'F64'>): number {
  return tolerance * Math.max(1, ...data.map(Math.abs));
}

async function check(operator: Operator, each: Case, named: number[], seed: number) {
  const random = randomNumbers(seed);
  const plain = weightedSum(operator, each, []);
  const factors = plain.inputs.slice(each.inputs.length).map(({ shape }) => shape.map(Number));
  const factor = (shape: number[]): Input => ({ dtype: 'F32', shape, value: (x) => 2 * x - 0.6 });
  const feeds = Object.fromEntries(
    [...each.inputs, ...factors.map(factor)].map((input, i) => [
      plain.inputs[i]!.name,
      fillInput(input, random),
    ]),
  );
  const sources = each.inputs.flatMap(({ dtype }, i) => (dtype === 'F32' ? [`input${i}`] : []));
  if (sources.length === 0) return;
  const values = evaluate(differentiate(plain, 'target', sources), feeds);

  const graph = differentiate(weightedSum(operator, each, named), 'target', sources);
  const part = restrictTo(graph, sources.map(gradientOf));
  const session = await runtime.createSession(encodeOnnx(part, String));
  const results = await session.run(Object.fromEntries(part.inputs.map(({ name }) => [name, feeds[name]!])));
  await session.release();

  for (const source of sources) {
    const gradient = values.get(gradientOf(source))!;
    const expected = centralDifferences(plain, feeds, source);
    assertAllClose(gradient, expected, scaled(differenceTolerance, expected), `gradient of ${source}`);
    const computed = results.get(gradientOf(source))!;
    assertAllClose(computed, gradient, scaled(engineTolerance, gradient), `${source} in the engine`);
  }
}

describe('the rule of each operator equals central differences, and the engine computes it', () => {
  for (const operator of Object.keys(operatorCases) as Operator[]) {
    if (withoutDerivative.includes(operator)) continue;
    test(operator, async () => {
      const cases = operatorCases[operator] as fc.Arbitrary<Case>;
      const few = cases.filter(({ inputs }) =>
        inputs.every(({ shape }) => shape.reduce((a, b) => a * b, 1) <= 60),
      );
      await fc.assert(
        fc.asyncProperty(few, fc.subarray([3, 7]), fc.nat(1e6), (each, named, seed) =>
          check(operator, each, named, seed),
        ),
        { numRuns: 15, seed: 1 },
      );
    });
  }
});
