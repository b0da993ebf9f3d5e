import { deviation, mean } from 'd3-array';
import { PellucidError } from './errors.js';
import { attribute, methodNamed, methodOptions, questionOf, verdictOn } from './explain.js';
import type { Verdict } from './explanations/index.js';
import { methods as allMethods, type MethodDefinition } from './methods/index.js';
import type { Model } from './model/index.js';
import { Coalitions, type Question } from './question/index.js';
import { randomOf } from './random.js';
import {
  gradeRanking,
  gradeValues,
  type TruthDefinition,
  type TruthExample,
  truthModel,
  truths,
} from './truth/index.js';

/** A mean over examples and its standard error. */
export interface Score {
  readonly mean: number;
  readonly standardError: number;
}

/** Names of what is scored; see docs/truth.md. */
export type GradeMeasure = 'hit' | 'reciprocalRank' | 'precision' | 'auroc' | 'error' | 'correlation';

/** What a method is worth on a model whose answer is known. */
export interface Grade {
  /** `random` is scores drawn at random. */
  readonly method: string;
  readonly truth: string;
  /** Why the method does not apply here; else null. */
  readonly refused: string | null;
  /** `error` and `correlation` are there where worths are known, and `error` only for methods whose scores add up. */
  readonly scores: Readonly<Partial<Record<GradeMeasure, Score>>>;
  readonly verdicts: VerdictRates | null;
  /** Milliseconds for one explanation, the middle one of all. */
  readonly milliseconds: number | null;
}

/** What the verdicts said, and whether that was right. */
export interface VerdictRates {
  /** Share of explanations that were called supported. */
  readonly supported: number;
  readonly notSupported: number;
  /** Share of hits among those called supported, and among all others; null where there are none. */
  readonly hitsOfSupported: number | null;
  readonly hitsOfOthers: number | null;
}

/** Every method on every model. */
export interface Grades {
  readonly examples: number;
  readonly seed: number;
  readonly grades: readonly Grade[];
}

export interface GradeOptions {
  /** Names of methods; all by default. */
  readonly methods?: readonly string[] | undefined;
  /** Names of truths, such as `induction`; all by default. */
  readonly truths?: readonly string[] | undefined;
  /** Examples of each truth; 30 by default. */
  readonly examples?: number | undefined;
  readonly seed?: number | undefined;
  /** Whether each explanation is tested as well; true by default. */
  readonly verdicts?: boolean | undefined;
  /** Opens a bundled model, as `loadModel` does. */
  readonly open: (name: string) => Promise<Model>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: { done: number; total: number; name: string }) => void;
}

interface Found {
  readonly example: TruthExample;
  readonly scores: ArrayLike<number>;
  readonly verdict: Verdict | null;
  readonly milliseconds: number;
}

/**
 * Grades methods on models whose answers are known, beside scores drawn at random.
 * @throws PellucidError `not-found` for an unknown method or truth, `bad-input` for a number of examples below 2
 */
export async function grade(options: GradeOptions): Promise<Grades> {
  const { examples = 30, seed = 0, onProgress, verdicts = true, signal } = options;
  if (!Number.isInteger(examples) || examples < 2)
    throw new PellucidError('bad-input', `Grades need at least 2 examples, not ${examples}.`);
  const methods = options.methods?.map(methodNamed) ?? allMethods;
  const chosen = options.truths?.map(truthNamed) ?? truths;
  const grades: Grade[] = [];
  const total = chosen.length * examples;
  for (const [index, truth] of chosen.entries()) {
    const model = await options.open(truthModel(truth));
    const found = new Map<string, Found[] | string>();
    try {
      for (let i = 0; i < examples; i++) {
        onProgress?.({ done: index * examples + i, total, name: truth.name });
        const example = truth.example(randomOf(seed * 10_007 + i));
        const question = await questionOf(model, example.text, { target: example.target, seed: i, signal });
        // Tests of all methods ask the same model much the same; the methods themselves are timed alone.
        const tested = verdicts ? new Coalitions(question) : null;
        for (const method of methods) await answer(method, question, example, tested, found);
        keep(found, 'random', chance(question, example));
      }
    } finally {
      await model.close();
    }
    for (const method of [...methods, undefined]) {
      const name = method?.name ?? 'random';
      grades.push(gradeOf(name, truth, found.get(name)!, method?.additive ?? false));
    }
  }
  return { examples, seed, grades };
}

/** @throws PellucidError `not-found` */
function truthNamed(name: string): TruthDefinition {
  const found = truths.find((each) => each.name === name || truthModel(each) === name);
  if (found) return found;
  const names = truths.map((each) => each.name).join(', ');
  throw new PellucidError(
    'not-found',
    `There is no model "${name}" whose answer is known; they are ${names}.`,
  );
}

/** One method's answer, or why there is none. */
async function answer(
  method: MethodDefinition,
  question: Question,
  example: TruthExample,
  tested: Coalitions | null,
  found: Map<string, Found[] | string>,
): Promise<void> {
  if (typeof found.get(method.name) === 'string') return;
  const start = performance.now();
  try {
    const attribution = await attribute(
      method,
      methodOptions(method, {}),
      question,
      new Coalitions(question),
    );
    const milliseconds = performance.now() - start;
    const verdict = tested ? await verdictOn(attribution, question, tested, 'quick') : null;
    keep(found, method.name, { example, scores: attribution.values.data, verdict, milliseconds });
  } catch (error) {
    if (!(error instanceof PellucidError) || error.code !== 'unsupported') throw error;
    found.set(method.name, error.message);
  }
}

function keep(found: Map<string, Found[] | string>, name: string, one: Found): void {
  const known = found.get(name);
  if (Array.isArray(known)) known.push(one);
  else found.set(name, [one]);
}

function chance({ features, seed }: Question, example: TruthExample): Found {
  const random = randomOf(seed + 1);
  return { example, scores: features.map(() => random.normal()), verdict: null, milliseconds: 0 };
}

function gradeOf(method: string, truth: TruthDefinition, found: Found[] | string, additive: boolean): Grade {
  const about = { method, truth: truth.name };
  if (typeof found === 'string')
    return { ...about, refused: found, scores: {}, verdicts: null, milliseconds: null };
  const ranked = found.map(({ scores, example }, i) => gradeRanking(scores, example, randomOf(i)));
  const scores: Partial<Record<GradeMeasure, Score>> = {};
  for (const name of ['hit', 'reciprocalRank', 'precision', 'auroc'] as const)
    scores[name] = scoreOf(ranked.map((each) => each[name]));
  const valued = found.flatMap(({ scores, example: { values } }) =>
    values ? [gradeValues(scores, values)] : [],
  );
  if (valued.length > 0) {
    scores.correlation = scoreOf(valued.map(({ correlation }) => correlation));
    if (additive) scores.error = scoreOf(valued.map(({ error }) => error));
  }
  const times = found.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return {
    ...about,
    refused: null,
    scores,
    verdicts: ratesOf(
      found,
      ranked.map(({ hit }) => hit),
    ),
    milliseconds: method === 'random' ? null : times[times.length >> 1]!,
  };
}

function scoreOf(values: readonly number[]): Score {
  return { mean: mean(values) ?? 0, standardError: (deviation(values) ?? 0) / Math.sqrt(values.length) };
}

function ratesOf(found: readonly Found[], hits: readonly number[]): VerdictRates | null {
  if (found.some(({ verdict }) => verdict === null)) return null;
  const of = (wanted: (conclusion: Verdict['conclusion']) => boolean) =>
    hits.filter((_, i) => wanted(found[i]!.verdict!.conclusion));
  const supported = of((conclusion) => conclusion === 'supported');
  return {
    supported: supported.length / hits.length,
    notSupported: of((conclusion) => conclusion === 'not supported').length / hits.length,
    hitsOfSupported: mean(supported) ?? null,
    hitsOfOthers: mean(of((conclusion) => conclusion !== 'supported')) ?? null,
  };
}
