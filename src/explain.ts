import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { PellucidError } from './errors.js';
import { type Attribution, schemaVersion, type Verdict } from './explanations/index.js';
import { type MethodDefinition, methods } from './methods/index.js';
import { type Askable, type Depth, testExplanation } from './metrics/index.js';
import type { Model, ModelInput, Target } from './model/index.js';
import { ask, Coalitions, type Question, type QuestionOptions } from './question/index.js';
import { logProbability } from './targets/log-probability.js';
import { margin } from './targets/margin.js';
import { parseTarget } from './targets/parse-target.js';
import { tensor } from './tensor/index.js';

/** What is explained, and how. */
export interface ExplainOptions extends Omit<QuestionOptions, 'target'> {
  /** Name of a method, e.g. `integrated-gradients`. */
  readonly method?: string | undefined;
  /** Options of the method; see its page. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Whether the explanation is tested against the model: `quick` (the default) by what decides the verdict, `full` by every
   * metric, or `off`. The verdict says how many passes it took.
   */
  readonly verdict?: Depth | 'off' | undefined;
  /** The scalar to be explained: `parseTarget` or its text; the model's own best answer by default. */
  readonly target?: QuestionOptions['target'] | string | undefined;
}

/**
 * Explains a prediction: one score for each feature of the input.
 * @throws PellucidError `not-found` for an unknown method, `bad-input` where its options or the question do not fit,
 * `unsupported` where the method does not apply to this model or target; `non-finite`, `cancelled`.
 * @example
 * const why = await explain(model, 'Anna met Tom. Anna met', { method: 'occlusion', target: 'logit: Tom' });
 */
export async function explain(
  model: Model,
  input: ModelInput,
  options: ExplainOptions = {},
): Promise<Attribution> {
  const { method: name = 'occlusion', options: given = {}, verdict = 'quick', ...rest } = options;
  const method = methodNamed(name);
  const chosen = methodOptions(method, given);
  const question = await questionOf(model, input, rest);
  const coalitions = new Coalitions(question);
  const found = await attribute(method, chosen, question, coalitions);
  return verdict === 'off'
    ? found
    : { ...found, verdict: await verdictOn(found, question, coalitions, verdict) };
}

/** Resolves what is asked; the target may still be text. */
export function questionOf(
  model: Model,
  input: ModelInput,
  options: Omit<ExplainOptions, 'method' | 'options' | 'verdict'>,
): Promise<Question> {
  const { target = 'logit' } = options;
  return ask(model, input, { ...options, target: typeof target === 'string' ? parseTarget(target) : target });
}

/** Tests an explanation against the model. */
export async function verdictOn(
  { values }: Attribution,
  question: Question,
  coalitions: Coalitions,
  depth: Depth,
): Promise<Verdict> {
  const before = coalitions.passes;
  const { target, seed } = question;
  const [answer] = target.answers;
  const can = askable(question, depth);
  const about = (definition: Target['definition']) =>
    new Coalitions(question, { ...target, definition, answers: [answer!] });
  const probabilities = can.probability ? about(logProbability) : undefined;
  const margins = can.margin ? about(margin) : undefined;
  const games = { game: coalitions, logProbability: probabilities, margin: margins };
  const verdict = await testExplanation(values.data, games, { depth, seed });
  const cost = coalitions.passes - before + (probabilities?.passes ?? 0) + (margins?.passes ?? 0);
  return { ...verdict, cost };
}

/** What a test of this depth asks besides the target. */
export function askable({ model, target: { answers, definition } }: Question, depth: Depth): Askable {
  const scale = answers.length === 0 || definition.reads ? 'none' : model.answerScale;
  return {
    probability: depth === 'full' && scale !== 'none',
    margin: depth === 'full' && scale === 'softmax',
  };
}

/** One method's answer to a question. */
export async function attribute(
  method: MethodDefinition,
  options: Readonly<Record<string, unknown>>,
  question: Question,
  coalitions: Coalitions,
): Promise<Attribution> {
  const reason = method.refuse?.(question, options);
  if (reason !== undefined) throw new PellucidError('unsupported', reason);
  const found = await method.attribute(question, options, coalitions);
  const { subject, tokens, encoderLength, record, features } = question;
  const wrong = features.findIndex((_, i) => !Number.isFinite(found.scores[i]));
  if (wrong >= 0) {
    throw new PellucidError(
      'non-finite',
      `${method.title} gives ${found.scores[wrong]} for "${features[wrong]!.label}": the numbers are too large for the model's precision; try another removal or target.`,
    );
  }
  const vector = (values: ArrayLike<number>) =>
    tensor('F32', [features.length], Float32Array.from(values), ['feature']) as Attribution['values'];
  return {
    ...{ schemaVersion, kind: 'attribution', method: method.name },
    options,
    question: question.asked,
    ...{ subject, tokens, target: record, features },
    ...(encoderLength === undefined ? {} : { encoderLength }),
    values: vector(found.scores),
    standardError: found.standardError ? vector(found.standardError) : null,
    aggregation: found.aggregation,
    signed: found.signed ?? method.signed,
    baseline: found.baseline ?? null,
    errors: found.errors ?? [],
    note: noteOf(found.note, found.scores),
    map: found.map ?? null,
    verdict: null,
  };
}

/** What is said beside the scores; that none of them is other than 0 is said, lest a blank picture be taken for an answer. */
function noteOf(note: string | undefined, scores: ArrayLike<number>): string | null {
  if (Array.from(scores).some((score) => score !== 0)) return note ?? null;
  const blank =
    'All scores are 0: this method sees no feature that moves the target; try another one, such as occlusion.';
  return note === undefined ? blank : `${note} ${blank}`;
}

/** @throws PellucidError `not-found` with the nearest name. */
export function methodNamed(name: string): MethodDefinition {
  const found = methods.find((each) => each.name === name || each.aliases.includes(name));
  if (found) return found;
  const names = methods.map((each) => each.name);
  const nearest = names.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
  throw new PellucidError(
    'not-found',
    `There is no method "${name}"; the nearest is "${nearest}", all are ${names.join(', ')}.`,
  );
}

/** Options of a method, checked and filled in. @throws PellucidError `bad-input` */
export function methodOptions(
  method: MethodDefinition,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const read = method.options.safeParse(given);
  if (read.success) return read.data;
  const what = z
    .prettifyError(read.error)
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('✖ ', '');
  const known = Object.keys((method.options as Partial<z.ZodObject>).shape ?? {});
  const has = known.length > 0 ? `it has ${known.join(', ')}` : 'it has none';
  throw new PellucidError('bad-input', `The options of ${method.name} cannot be used: ${what} (${has}).`);
}
