import { deviation, mean } from 'd3-array';
import {
  type CurvePoint,
  type Measure,
  type RandomControl,
  type RankingComparison,
  type Reason,
  reasonSentence,
  type Verdict,
} from '../explanations/index.js';
import { randomOf } from '../random.js';
import { comprehensiveness } from './comprehensiveness.js';
import { decisionFlip } from './decision-flip.js';
import { deletion } from './deletion.js';
import { infidelity, sets as infidelitySets } from './infidelity.js';
import { insertion } from './insertion.js';
import { leaveOneOutAgreement } from './leave-one-out-agreement.js';
import { logOdds } from './log-odds.js';
import type { Measurement, MetricContext, MetricDefinition } from './metric.js';
import { monotonicity } from './monotonicity.js';
import { countOf, eraserShares } from './ranking.js';
import { sufficiency } from './sufficiency.js';

/** How much is spent on a test. */
export type Depth = 'quick' | 'full';

/** What decides; the rest of a full test is for the reader. */
const deciding = [comprehensiveness, sufficiency, leaveOneOutAgreement];
const further = [decisionFlip, deletion, infidelity, insertion, logOdds, monotonicity];

/** Random rankings that an explanation is held against. */
const controls: Readonly<Record<Depth, number>> = { quick: 19, full: 99 };

/** Of few features there are so few coalitions that most of them are asked for anyway: more rankings cost little then. */
const few = { features: 7, controls: 199 };

/** Fewer features than this have too few rankings to tell one from chance. */
const fewestFeatures = 5;

/** The chance that a random ranking would do as well. */
const limits = { supportedUpTo: 0.05, notSupportedAbove: 0.3 };

/** The rule of a verdict, for people; `docs/verdicts.md` says why. */
export const verdictRule = `Supported: in comprehensiveness and sufficiency together at most ${100 * limits.supportedUpTo} % of random rankings do as well, and in neither is it worse than their mean. Not supported: more than ${100 * limits.notSupportedAbove} % do. Inconclusive: all else, fewer than ${fewestFeatures} features, or features that do not move the target.`;

/**
 * Tests an explanation against the model: measures it beside random rankings of the same features, and concludes by
 * {@link verdictRule}.
 * @param scores one for each feature
 * @param options `seed` decides the random rankings
 */
export async function testExplanation(
  scores: ArrayLike<number>,
  context: MetricContext,
  { depth = 'quick', seed = 0 }: { readonly depth?: Depth; readonly seed?: number } = {},
): Promise<Omit<Verdict, 'cost'>> {
  const asked =
    depth === 'quick' ? deciding : [...deciding, ...further].filter((each) => fits(each, context));
  const seeds = scores.length <= few.features ? few.controls : controls[depth];
  const others = scores.length === fewestFeatures ? otherOrders(scores) : shuffles(scores, seeds, seed);
  const lists = [scores, ...others];
  const found: (readonly Measurement[])[] = [];
  for (const metric of asked) found.push(await metric.measure(lists, context));
  const measures = asked.map((metric, i) => measureOf(metric, found[i]!));
  const because = reasonOf(measures, found, scores.length);
  return {
    conclusion: conclusionOf(because),
    because,
    reason: reasonSentence(because),
    rule: verdictRule,
    measures,
  };
}

/** What of a model a test can ask. */
export type Askable = { readonly [Name in 'probability' | 'margin']: boolean };

/** How many inputs the model reads for a test, at most; equal ones are read once. */
export function testPasses(features: number, depth: Depth, { probability, margin }: Askable): number {
  const lists = 1 + (features <= few.features ? few.controls : controls[depth]);
  const at = (counts: Iterable<number>) => {
    let sum = 0;
    for (const count of new Set(counts)) sum += Math.min(lists, choices(features, count));
    return sum;
  };
  const shares = eraserShares.map((share) => countOf(share, features));
  if (depth === 'quick') return Math.min(2 ** features, 2 * at(shares) + features);
  const walk = at(Array.from({ length: features - 1 }, (_, i) => i + 1));
  const own = Math.min(2 ** features, 2 * walk + features + infidelitySets + 2);
  return own + (margin ? walk + 2 : 0) + (probability ? at([countOf(0.2, features)]) + 1 : 0);
}

/** How many sets of `count` of `size` features there are. */
function choices(size: number, count: number): number {
  let found = 1;
  for (let i = 0; i < count; i++) found *= (size - i) / (i + 1);
  return Math.round(found);
}

function fits({ needs }: MetricDefinition, { logProbability, margin }: MetricContext): boolean {
  return needs === 'target' || (needs === 'probability' ? logProbability : margin) !== undefined;
}

/** The scores in random orders: the same values at other features. */
function shuffles(scores: ArrayLike<number>, count: number, seed: number): Float64Array[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => {
    const order = random.permutation(scores.length);
    return Float64Array.from(order, (from) => scores[from]!);
  });
}

/** The scores in all orders but their own. */
function otherOrders(scores: ArrayLike<number>): Float64Array[] {
  const orders = (rest: readonly number[]): number[][] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((one, i) => orders(rest.toSpliced(i, 1)).map((more) => [one, ...more]));
  const [, ...others] = orders(Array.from(scores));
  return others.map((order) => Float64Array.from(order));
}

function measureOf(metric: MetricDefinition, [own, ...random]: readonly Measurement[]): Measure {
  const { name, better } = metric;
  return {
    ...{ metric: name, value: own!.value, better, random: controlOf(random) },
    ...(own!.curve ? { curve: own!.curve } : {}),
  };
}

function controlOf(random: readonly Measurement[]): RandomControl {
  const values = random.map(({ value }) => value);
  const spread = deviation(values) ?? 0;
  const curve = random[0]?.curve?.map(({ share }, i): CurvePoint => {
    const there = random.map((each) => each.curve![i]!.value);
    return { share, value: mean(there)!, deviation: deviation(there) ?? 0 };
  });
  return {
    mean: mean(values)!,
    deviation: spread,
    standardError: spread / Math.sqrt(values.length),
    seeds: values.length,
    ...(curve ? { curve } : {}),
  };
}

/** How many standard deviations of random rankings a measure is better than their mean; 0 where they are all alike. */
function lead({ value, better, random }: Measure): number {
  const { mean: expected, deviation: spread } = random!;
  const gain = better === 'higher' ? value - expected : expected - value;
  return spread > 1e-6 * Math.max(1, Math.abs(expected)) ? gain / spread : 0;
}

function reasonOf(
  measures: readonly Measure[],
  [losses, lacks]: readonly (readonly Measurement[])[],
  features: number,
): Reason {
  const [first, second, agreement] = measures as [Measure, Measure, Measure];
  if (features < fewestFeatures) return { code: 'few-features', features, needed: fewestFeatures };
  const comparisons = [first, second].map((measure): RankingComparison => {
    const { mean: random, standardError, seeds } = measure.random!;
    const { metric, value } = measure;
    return { metric, value, random, standardError, seeds, deviations: lead(measure) };
  });
  if (comparisons.every(({ deviations }) => deviations === 0)) return { code: 'still-target' };
  const [own, ...random] = losses!.map(({ value }, i) => value - lacks![i]!.value);
  const rounding = 1e-6 * Math.max(...random.map(Math.abs), Math.abs(own!));
  const better = random.filter((value) => value < own! - rounding).length;
  const equal = random.filter((value) => Math.abs(value - own!) <= rounding).length;
  const seeds = random.length;
  // Of all orders the share is exact, and so few differ that those as good must count whole: half would let 8 % pass.
  const asGood = features === fewestFeatures ? 1 + equal : 0.5 + equal / 2;
  const chance = (asGood + seeds - better - equal) / (seeds + 1);
  return {
    ...{ code: 'ranking', comparisons, seeds, better, equal, chance },
    ...limits,
    agreement: agreement.value,
  };
}

function conclusionOf(reason: Reason): Verdict['conclusion'] {
  if (reason.code !== 'ranking') return 'inconclusive';
  const { chance, comparisons, supportedUpTo, notSupportedAbove } = reason;
  if (chance <= supportedUpTo && comparisons.every(({ deviations }) => deviations >= 0)) return 'supported';
  return chance > notSupportedAbove ? 'not supported' : 'inconclusive';
}
