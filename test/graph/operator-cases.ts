import fc from 'fast-check';
import type { Operator, OperatorAttributes } from '../../src/graph/index.js';

/** One input of an operator: its type, its shape, and how its values come from a random number in [0, 1). */
export interface Input {
  readonly dtype: 'F32' | 'I64' | 'BOOL' | 'U8';
  readonly shape: readonly number[];
  readonly value: (random: number) => number;
  /** The values themselves, where they depend on each other. */
  readonly values?: readonly number[];
}

/** One use of an operator. */
export interface Case<Attributes = OperatorAttributes[Operator]> {
  readonly inputs: readonly Input[];
  readonly attributes: Attributes;
}

/** Of an operator without attributes. */
type PlainCases = fc.Arbitrary<Case<Record<never, never>>>;

const size = fc.constantFrom<number[]>(1, 3, 7);
const shape = (least: number, most = 4) => fc.array(size, { minLength: least, maxLength: most });

const float = (own: readonly number[]): Input => ({ dtype: 'F32', shape: own, value: (x) => 6 * x - 3 });
const positive = (own: readonly number[]): Input => ({ dtype: 'F32', shape: own, value: (x) => 0.1 + 3 * x });
/** At least 0.5 from zero, on both sides: what can be divided by. */
const divisor = (own: readonly number[]): Input => ({
  dtype: 'F32',
  shape: own,
  value: (x) => (x < 0.5 ? -3 + 5 * x : 5 * x - 2),
});
/** −1, 0 or 1, so that comparisons meet equal values. */
const whole = (own: readonly number[]): Input => ({
  dtype: 'F32',
  shape: own,
  value: (x) => Math.floor(3 * x) - 1,
});
const truth = (own: readonly number[]): Input => ({ dtype: 'BOOL', shape: own, value: (x) => +(x < 0.5) });
const indexBelow =
  (end: number) =>
  (own: readonly number[]): Input => ({ dtype: 'I64', shape: own, value: (x) => Math.floor(end * x) });

/** Shapes that broadcast together: parts of one shape, with leading axes left out and others set to 1. */
function broadcasting(count: number): fc.Arbitrary<number[][]> {
  return shape(0).chain((full) =>
    fc.tuple(
      ...Array.from({ length: count }, () =>
        fc
          .tuple(fc.nat(full.length), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
          .map(([drop, ones]) => full.map((each, axis) => (ones[axis] ? 1 : each)).slice(drop)),
      ),
    ),
  );
}

/** An axis of a shape, counted from the front or from the back. */
const axisOf = (rank: number) => fc.integer({ min: -rank, max: rank - 1 });

const unary = (make: (own: readonly number[]) => Input = float): PlainCases =>
  shape(0).map((own) => ({ inputs: [make(own)], attributes: {} }));

const binary = (
  left: (own: readonly number[]) => Input = float,
  right: (own: readonly number[]) => Input = left,
): PlainCases => broadcasting(2).map(([a, b]) => ({ inputs: [left(a!), right(b!)], attributes: {} }));

/** Shapes of two matrices that can be multiplied, each stored transposed or not, with outer axes that broadcast. */
const product = fc
  .record({ outer: broadcasting(2), m: size, k: size, n: size, transA: bit(), transB: bit() })
  .map(({ outer: [a, b], m, k, n, transA, transB }) => ({
    transA,
    transB,
    left: float([...a!, ...(transA ? [k, m] : [m, k])]),
    right: float([...b!, ...(transB ? [n, k] : [k, n])]),
  }));

function bit(): fc.Arbitrary<0 | 1> {
  return fc.constantFrom(0, 1);
}

const withAxis = shape(1).chain((own) => fc.record({ own: fc.constant(own), axis: axisOf(own.length) }));

/** A shape with axes of size 1 put in, where they are counted in the result. */
function withOnes(own: readonly number[], axes: readonly number[]): number[] {
  const rank = own.length + axes.length;
  const sizes = own.values();
  const added = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  return Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : sizes.next().value!));
}

const reduction = shape(1)
  .chain((own) =>
    fc.record({
      own: fc.constant(own),
      kept: fc
        .integer({ min: 1, max: own.length })
        .chain((n) => fc.shuffledSubarray([...own.keys()], { minLength: n, maxLength: n })),
      negative: fc.boolean(),
      keepdims: bit(),
    }),
  )
  .map(({ own, kept, negative, keepdims }) => ({
    inputs: [float(own)],
    attributes: { axes: kept.map((axis) => (negative ? axis - own.length : axis)), keepdims },
  }));

/** Index tuples of different elements of a value of 1 to 3 axes, none of them included, and the axes that they leave. */
const differentPlaces = fc
  .tuple(shape(1, 2), shape(0, 1))
  .chain(([indexed, rest]) => {
    const count = indexed.reduce((a, b) => a * b, 1);
    const places = fc.uniqueArray(fc.nat(count - 1), { maxLength: count });
    return fc.record({ indexed: fc.constant(indexed), rest: fc.constant(rest), places });
  })
  .map(({ indexed, rest, places }) => {
    const tuples = places.flatMap((place) => {
      const last = indexed.at(-1)!;
      return indexed.length === 1 ? [place] : [Math.floor(place / last), place % last];
    });
    const index: Input = { ...indexBelow(1)([places.length, indexed.length]), values: tuples };
    return { whole: [...indexed, ...rest], index, read: [places.length, ...rest] };
  });

/** What each operator is tried on. The mapped type makes the compiler refuse an operator without cases. */
export const operatorCases: {
  readonly [O in Operator]: fc.Arbitrary<Case<OperatorAttributes[O]>>;
} = {
  Add: binary(),
  And: binary(truth),
  ArgMax: fc
    .tuple(withAxis, bit())
    .map(([{ own, axis }, keepdims]) => ({ inputs: [float(own)], attributes: { axis, keepdims } })),
  Cast: fc
    .constantFrom(
      { make: float, to: 'F32' as const },
      { make: float, to: 'I64' as const },
      { make: whole, to: 'BOOL' as const },
      { make: truth, to: 'F32' as const },
      { make: indexBelow(9), to: 'F32' as const },
      { make: indexBelow(2), to: 'BOOL' as const },
    )
    .chain(({ make, to }) => shape(0).map((own) => ({ inputs: [make(own)], attributes: { to } }))),
  Clip: shape(0).map((own) => ({ inputs: [float(own)], attributes: { min: -0.5, max: 2 } })),
  Concat: fc.tuple(withAxis, fc.constantFrom([4], [2, 2], [1, 5, 2])).map(([{ own, axis }, sizes]) => ({
    inputs: sizes.map((each) => float(own.with(axis, each))),
    attributes: { axis },
  })),
  Cos: unary(),
  CumSum: withAxis.map(({ own, axis }) => ({ inputs: [float(own)], attributes: { axis } })),
  Div: binary(float, divisor),
  Equal: binary(whole),
  Erf: unary(),
  Exp: unary(),
  FusedMatMul: fc
    .tuple(product, fc.constantFrom(1, 0.25, -2))
    .map(([{ left, right, transA, transB }, alpha]) => ({
      inputs: [left, right],
      attributes: { transA, transB, alpha },
    })),
  Gather: fc.tuple(withAxis, shape(0, 2)).map(([{ own, axis }, picked]) => ({
    inputs: [float(own), indexBelow(own.at(axis)!)(picked)],
    attributes: { axis },
  })),
  GatherElements: fc.tuple(withAxis, size).map(([{ own, axis }, picked]) => ({
    inputs: [float(own), indexBelow(own.at(axis)!)(own.with(axis, picked))],
    attributes: { axis },
  })),
  GatherND: fc.oneof(
    fc.record({ batch: size, picks: size, rows: size, rest: shape(0, 2) }).map((sizes) => ({
      inputs: [
        float([sizes.batch, sizes.rows, ...sizes.rest]),
        indexBelow(sizes.rows)([sizes.batch, sizes.picks, 1]),
      ],
      attributes: { batch_dims: 1 },
    })),
    differentPlaces.map(({ whole: own, index }) => ({
      inputs: [float(own), index],
      attributes: { batch_dims: 0 },
    })),
  ),
  Gelu: fc
    .tuple(shape(0), fc.constantFrom('none' as const, 'tanh' as const))
    .map(([own, approximate]) => ({ inputs: [float(own)], attributes: { approximate } })),
  GreaterOrEqual: binary(whole),
  HardSwish: unary(),
  Identity: unary(),
  LayerNormalization: withAxis.map(({ own, axis }) => ({
    inputs: [float(own), float(own.slice(axis)), float(own.slice(axis))],
    attributes: { axis, epsilon: 0.01 },
  })),
  LeakyRelu: shape(0).map((own) => ({ inputs: [float(own)], attributes: { alpha: 0.25 } })),
  Log: unary(positive),
  LogSoftmax: withAxis.map(({ own, axis }) => ({ inputs: [float(own)], attributes: { axis } })),
  MatMul: product
    .filter(({ transA, transB }) => !transA && !transB)
    .map(({ left, right }) => ({ inputs: [left, right], attributes: {} })),
  MatMulNBits: fc
    .record({
      before: shape(1, 3),
      N: fc.constantFrom(2, 5, 9),
      blocks: fc.constantFrom(1, 2),
      block: fc.constantFrom(16, 32),
    })
    .map(({ before, N, blocks, block }) => ({
      inputs: [
        float([...before, blocks * block]),
        { dtype: 'U8', shape: [N, blocks, block], value: (x) => Math.floor(256 * x) },
        { dtype: 'F32', shape: [N, blocks], value: (x) => 0.001 + 0.01 * x },
      ],
      attributes: { K: blocks * block, N, bits: 8, block_size: block, accuracy_level: 4 },
    })),
  Max: binary(),
  Mish: unary(),
  Mul: binary(),
  Neg: unary(),
  NonZero: shape(1).map((own) => ({ inputs: [truth(own)], attributes: {} })),
  Or: binary(truth),
  Reciprocal: unary(divisor),
  ReduceMax: reduction,
  ReduceMean: reduction,
  ReduceSum: reduction,
  Relu: unary(),
  Reshape: fc
    .tuple(
      size,
      size,
      fc.constantFrom(
        [[6], [2, 3]],
        [[2, 3], [6]],
        [
          [2, 3],
          [3, 2],
        ],
      ),
    )
    .map(([first, second, [from, to]]) => ({
      inputs: [float([first, second, ...from!])],
      attributes: { shape: [first, second, ...to!] },
    })),
  ScatterElements: fc.tuple(withAxis, size).map(([{ own, axis }, picked]) => ({
    inputs: [float(own), indexBelow(own.at(axis)!)(own.with(axis, picked)), float(own.with(axis, picked))],
    attributes: { axis, reduction: 'add' as const },
  })),
  ScatterND: differentPlaces.map(({ whole: own, index, read }) => ({
    inputs: [float(own), index, float(read)],
    attributes: { reduction: 'add' as const },
  })),
  Sigmoid: unary(),
  Sin: unary(),
  Slice: withAxis.chain(({ own, axis }) =>
    fc
      .tuple(fc.nat(own.at(axis)!), fc.nat(own.at(axis)!))
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({
        inputs: [float(own)],
        attributes: { axis, start: Math.min(a, b), end: Math.max(a, b) },
      })),
  ),
  Softmax: withAxis.map(({ own, axis }) => ({ inputs: [float(own)], attributes: { axis } })),
  Softplus: unary(),
  Split: fc.tuple(withAxis, fc.constantFrom([4], [2, 2], [1, 5], [2, 3, 1])).map(([{ own, axis }, sizes]) => {
    const total = sizes.reduce((sum, each) => sum + each, 0);
    return { inputs: [float(own.with(axis, total))], attributes: { axis, sizes } };
  }),
  Sqrt: unary(positive),
  Squeeze: shape(0, 2).chain((own) =>
    fc
      .constantFrom([0], [-1], [0, 1], [-1, 0])
      .map((axes) => ({ inputs: [float(withOnes(own, axes))], attributes: { axes } })),
  ),
  Sub: binary(),
  Tanh: unary(),
  TopK: shape(1).chain((own) =>
    fc.integer({ min: 1, max: own.at(-1)! }).map((k) => ({ inputs: [float(own)], attributes: { k } })),
  ),
  Transpose: shape(1).chain((own) =>
    fc
      .shuffledSubarray([...own.keys()], { minLength: own.length })
      .map((perm) => ({ inputs: [float(own)], attributes: { perm } })),
  ),
  Unsqueeze: fc
    .tuple(shape(0, 3), fc.constantFrom([0], [-1], [0, 1], [1, 0], [-1, 0], [-1, -2]))
    .map(([own, axes]) => ({ inputs: [float(own)], attributes: { axes } })),
  Where: broadcasting(3).map(([condition, a, b]) => ({
    inputs: [truth(condition!), float(a!), float(b!)],
    attributes: {},
  })),
};
