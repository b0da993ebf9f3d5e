import type { Reason } from './reason.js';

/** What a metric found, beside what it finds for random rankings of the same features. */
export interface Measure {
  /** Name of the metric, e.g. `comprehensiveness`. */
  readonly metric: string;
  readonly value: number;
  /** Which values are good; `closer` to 0. */
  readonly better: 'higher' | 'lower';
  /** The same of random rankings; null where the metric has no such comparison. */
  readonly random: RandomControl | null;
  /** Points of a curve, where the metric has one: the share of features and the target there. */
  readonly curve?: readonly CurvePoint[];
}

export interface RandomControl {
  readonly mean: number;
  /** Standard deviation between random rankings. */
  readonly deviation: number;
  /** Standard error of the mean. */
  readonly standardError: number;
  /** How many random rankings there were. */
  readonly seeds: number;
  readonly curve?: readonly CurvePoint[];
}

export interface CurvePoint {
  /** Share of the features, from 0 to 1. */
  readonly share: number;
  readonly value: number;
  /** Standard deviation between random rankings, on their curve. */
  readonly deviation?: number;
}

/** Whether an explanation holds, by a written rule. */
export interface Verdict {
  readonly conclusion: 'supported' | 'not supported' | 'inconclusive';
  /** The numbers that decided, with a code for what they say. */
  readonly because: Reason;
  /** The same as one English sentence. */
  readonly reason: string;
  /** The rule, as it stands in the documentation. */
  readonly rule: string;
  readonly measures: readonly Measure[];
  /** Forward passes that the test took. */
  readonly cost: number;
}
