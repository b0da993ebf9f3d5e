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
import { infidelity } from './infidelity.js';
import { insertion } from './insertion.js';
import { leaveOneOutAgreement } from './leave-one-out-agreement.js';
import { logOdds } from './log-odds.js';
import type { Measurement, MetricContext, MetricDefinition } from './metric.js';
import { monotonicity } from './monotonicity.js';
import { sufficiency } from './sufficiency.js';

/** How much is spent on a test. */
export type Depth = 'quick' | 'full';

/** What decides; the rest of a full test is for the reader. */
const deciding = [comprehensiveness, sufficiency, leaveOneOutAgreement];
const further = [decisionFlip, deletion, infidelity, insertion, logOdds, monotonicity];

/** Random rankings that an explanation is held against. */
const controls: Readonly<Record<Depth, number>> = { quick: 10, full: 30 };

/** Fewer features than this have too few rankings to tell one from chance. */
const fewestFeatures = 4;

/** Deviations better than random rankings, in both metrics together. */
const limits = { supportedAbove: 3.5, notSupportedUpTo: 1 };

/** The rule of a verdict, for people; `docs/verdicts.md` says why. */
export const verdictRule = `Supported: in comprehensiveness and sufficiency together the ranking is better than random rankings by more than ${limits.supportedAbove} of their standard deviations, and in neither worse than their mean. Not supported: together by no more than ${limits.notSupportedUpTo}. Inconclusive: all else, fewer than ${fewestFeatures} features, or features that do not move the target.`;

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
  const lists = [scores, ...shuffles(scores, controls[depth], seed)];
  const measures: Measure[] = [];
  for (const metric of asked) measures.push(measureOf(metric, await metric.measure(lists, context)));
  const because = reasonOf(measures, scores.length);
  return {
    conclusion: conclusionOf(because),
    because,
    reason: reasonSentence(because),
    rule: verdictRule,
    measures,
  };
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

function reasonOf(measures: readonly Measure[], features: number): Reason {
  const [first, second, agreement] = measures as [Measure, Measure, Measure];
  if (features < fewestFeatures) return { code: 'few-features', features, needed: fewestFeatures };
  const comparisons = [first, second].map((measure): RankingComparison => {
    const { mean: random, standardError, seeds } = measure.random!;
    const { metric, value } = measure;
    return { metric, value, random, standardError, seeds, deviations: lead(measure) };
  });
  if (comparisons.every(({ deviations }) => deviations === 0)) return { code: 'still-target' };
  const together = comparisons.reduce((sum, { deviations }) => sum + deviations, 0);
  return { code: 'ranking', comparisons, together, ...limits, agreement: agreement.value };
}

function conclusionOf(reason: Reason): Verdict['conclusion'] {
  if (reason.code !== 'ranking') return 'inconclusive';
  const { together, comparisons, supportedAbove, notSupportedUpTo } = reason;
  if (together > supportedAbove && comparisons.every(({ deviations }) => deviations >= 0)) return 'supported';
  return together <= notSupportedUpTo ? 'not supported' : 'inconclusive';
}
