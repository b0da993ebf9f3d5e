import type { Model, Target } from '../model/index.js';
import { parseTarget } from '../targets/parse-target.js';
import { type Tensor, tensor } from '../tensor/index.js';
import { type Check, type Examined, firstInputs } from './check.js';

/**
 * Steps, in shares of the stream's own length. Long ones meet bends (ReLU, the choice of experts) and short ones rounding,
 * at places that nobody knows beforehand: a right gradient agrees with one of them, a wrong one with none.
 */
const steps = [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001];

/** Relative to the length of the gradient. */
const relativeTolerance = 1e-3;

/** The score of the model's own best answer, or of a given one; at the last position where each token is answered for. */
function targetOf({ task }: Model, answer = ''): Target {
  if (task === 'question-answering') return parseTarget(`span-start${answer}`);
  if (task === 'sequence-classification') return parseTarget(`logit${answer}`);
  return parseTarget(`logit${answer}`, { position: -1 });
}

/** The derivative of the best answer's logit with respect to the first block's input, against differences. */
export const gradientOfLogit: Check = {
  name: 'gradient = finite differences',
  without: ({ model: { task } }) =>
    task === 'base' || task === 'sentence-embedding' ? 'it has no head that answers' : undefined,
  measure: async (examined) => {
    const { model, input, signal } = examined;
    const hook = firstInputs(model).at(-1)!;
    const gradient = { target: targetOf(model), of: hook };
    const run = await model.run(input, { capture: hook, gradient, signal });
    const x = run.activation(hook) as Tensor<'F32'>;
    const slope = run.gradient(hook).data as Float32Array;
    const steepest = lengthOf(slope);
    const target = targetOf(model, `:#${run.target.answers[0]!.id}`);
    let measured = 0;
    for (const seed of [1, 2]) {
      const along = direction(slope, steepest, seed);
      const expected = dot(along, slope);
      const errors: number[] = [];
      for (const share of steps) {
        const step = share * lengthOf(x.data);
        const found = await differences(examined, { hook, x, along, step, target });
        errors.push(...found.map((each) => Math.abs(each - expected) / (steepest || 1)));
      }
      measured = Math.max(measured, Math.min(...errors));
    }
    return { measured, tolerance: relativeTolerance, note: `relative, at ${hook}` };
  },
};

interface Stretch {
  readonly hook: string;
  readonly x: Tensor<'F32'>;
  /** A direction of length 1. */
  readonly along: Float32Array;
  readonly step: number;
  readonly target: Target;
}

/** The slope of the target along a direction: from two points around x, and from four, which bends disturb less. */
async function differences({ model, input, signal }: Examined, stretch: Stretch): Promise<number[]> {
  const { hook, x, along, step, target } = stretch;
  const places = [1, -1, 0.5, -0.5];
  const data = new Float32Array(places.length * x.data.length);
  for (const [row, place] of places.entries()) {
    for (const [i, value] of x.data.entries()) {
      data[row * x.data.length + i] = value + place * step * along[i]!;
    }
  }
  const runs = await model.runBatch(
    places.map(() => input),
    {
      capture: [],
      given: { [hook]: tensor('F32', [places.length, ...x.shape], data) },
      gradient: { target, of: hook },
      signal,
    },
  );
  const [up, down, halfUp, halfDown] = runs.map((run) => run.target.value) as [
    number,
    number,
    number,
    number,
  ];
  const [wide, narrow] = [(up - down) / (2 * step), (halfUp - halfDown) / step];
  return [narrow, (4 * narrow - wide) / 3];
}

/** Half along the gradient, where it can be measured best, and half anywhere; of length 1. */
function direction(slope: Float32Array, steepest: number, seed: number): Float32Array {
  let state = seed;
  const random = slope.map(() => {
    // The "minimal standard" generator of Park and Miller.
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  });
  const size = lengthOf(random);
  const mixed = slope.map((value, i) => value / (steepest || 1) + random[i]! / size);
  const length = lengthOf(mixed);
  return mixed.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** Length of a vector. */
function lengthOf(values: Float32Array): number {
  return Math.sqrt(dot(values, values));
}
