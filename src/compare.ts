import {
  attribute,
  type ExplainOptions,
  methodNamed,
  methodOptions,
  questionOf,
  verdictOn,
} from './explain.js';
import type { Attribution } from './explanations/index.js';
import { kendallTau } from './metrics/index.js';
import type { Model, ModelInput } from './model/index.js';
import { Coalitions } from './question/index.js';

/** Several methods, and what is explained. */
export interface CompareOptions extends Omit<ExplainOptions, 'method' | 'options'> {
  /** Names of methods. */
  readonly methods: readonly string[];
  /** Options of each method, by its name. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

/** Several answers to one question. */
export interface Comparison {
  readonly attributions: readonly Attribution[];
  /**
   * Kendall's τ-b between the scores of each pair of methods, [method][method]; between the sizes of scores where one of
   * the two has no signs.
   */
  readonly agreement: readonly (readonly number[])[];
}

/**
 * Lays methods side by side on one input: the same target, features and removal for all, and no text read twice.
 * @throws PellucidError as `explain`
 */
export async function compare(model: Model, input: ModelInput, options: CompareOptions): Promise<Comparison> {
  const { methods: names, options: given = {}, verdict = 'quick', ...rest } = options;
  const chosen = names.map((name) => {
    const method = methodNamed(name);
    return { method, options: methodOptions(method, given[method.name] ?? given[name] ?? {}) };
  });
  const question = await questionOf(model, input, rest);
  const coalitions = new Coalitions(question);
  const attributions: Attribution[] = [];
  for (const { method, options: own } of chosen) {
    const found = await attribute(method, own, question, coalitions);
    const tested = verdict === 'off' ? null : await verdictOn(found, question, coalitions, verdict);
    attributions.push({ ...found, verdict: tested });
  }
  return { attributions, agreement: agreementsOf(attributions) };
}

/** Kendall's τ-b of each pair; see {@link Comparison.agreement}. */
export function agreementsOf(attributions: readonly Attribution[]): number[][] {
  return attributions.map((a) => attributions.map((b) => agreementOf(a, b)));
}

function agreementOf(a: Attribution, b: Attribution): number {
  const [x, y] = [a.values.data, b.values.data];
  return a.signed && b.signed ? kendallTau(x, y) : kendallTau(x.map(Math.abs), y.map(Math.abs));
}
