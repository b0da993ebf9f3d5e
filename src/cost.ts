import type { CompareOptions } from './compare.js';
import { askable, methodNamed, methodOptions, questionOf } from './explain.js';
import { slopeOf } from './methods/slopes.js';
import { testPasses } from './metrics/index.js';
import type { Model, ModelInput } from './model/index.js';
import { Coalitions, type Question } from './question/index.js';

/** What explaining something takes. */
export interface Cost {
  /** Inputs that the model reads, at most. */
  readonly passes: number;
  /** About how long that takes here, by passes that were measured. */
  readonly seconds: number;
}

/** What methods and their tests take; the sum of all. */
export interface ComparisonCost extends Cost {
  readonly methods: readonly (Cost & { readonly method: string })[];
  /** Of the tests of all methods. */
  readonly verdict: Cost;
}

/** A pass that takes more milliseconds, with what preparing it takes, is measured once more and not with others. */
const slow = 500;

/** Passes that are measured together. */
const measured = 8;

/**
 * Tells beforehand what {@link compare} with the same options takes: passes are counted, and a few are measured.
 * @throws PellucidError as `compare`
 * @example
 * const { passes, seconds } = await comparisonCost(model, text, { methods: ['kernel-shap'], verdict: 'full' });
 */
export async function comparisonCost(
  model: Model,
  input: ModelInput,
  options: CompareOptions,
): Promise<ComparisonCost> {
  const { methods: names, options: given = {}, verdict = 'quick', ...rest } = options;
  const chosen = names.map((name) => {
    const method = methodNamed(name);
    return { method, options: methodOptions(method, given[method.name] ?? given[name] ?? {}) };
  });
  const question = await questionOf(model, input, rest);
  const { layers, heads } = model.dimensions;
  const size = { features: question.features.length, tokens: question.tokens.length, layers, heads };
  const forward = await secondsOfPass(question);
  const slope = chosen.some(({ method }) => method.family === 'gradient')
    ? await secondsOfSlope(question)
    : 0;
  const methods = chosen.map(({ method, options: own }) => {
    const passes = method.refuse?.(question, own) === undefined ? method.passes(size, own) : 0;
    return {
      method: method.name,
      passes,
      seconds: passes * (method.family === 'gradient' ? slope : forward),
    };
  });
  const tested =
    verdict === 'off' ? 0 : names.length * testPasses(size.features, verdict, askable(question, verdict));
  const test = { passes: tested, seconds: tested * forward };
  const all = [...methods, test];
  const sum = (of: keyof Cost) => all.reduce((total, each) => total + each[of], 0);
  return { passes: sum('passes'), seconds: sum('seconds'), methods, verdict: test };
}

/** Seconds of one of some passes side by side in which a feature is taken away. */
async function secondsOfPass(question: Question): Promise<number> {
  const read = async (count: number) => {
    const coalitions = new Coalitions(question);
    const some = Array.from({ length: count }, (_, i) => coalitions.of([i], false));
    return secondsOf(() => coalitions.values(some)).then((seconds) => seconds / count);
  };
  const first = await read(1);
  const count = Math.min(measured, question.features.length);
  if (first * 1000 > slow) return Math.min(first, await read(1));
  // The first of these prepares the computation.
  await read(count);
  return read(count);
}

async function secondsOfSlope(question: Question): Promise<number> {
  await slopeOf(question);
  return secondsOf(() => slopeOf(question));
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
