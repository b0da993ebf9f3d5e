import type { CurvePoint } from '../explanations/index.js';
import type { Coalition } from '../question/index.js';

/** The target as a function of which features are present; `Coalitions` is one. */
export interface Game {
  /** How many features there are. */
  readonly size: number;
  /** The target for each coalition, in order. */
  values(coalitions: readonly Coalition[]): Promise<Float64Array>;
}

/** What a metric may ask of the model. */
export interface MetricContext {
  /** The target that was explained. */
  readonly game: Game;
  /** The natural logarithm of the probability of the explained answer; undefined where the model gives none. */
  readonly logProbability?: Game | undefined;
  /** Above 0 where the model still gives the explained answer; undefined where there is no such answer. */
  readonly margin?: Game | undefined;
}

/** What a metric finds for one list of scores. */
export interface Measurement {
  readonly value: number;
  readonly curve?: readonly CurvePoint[];
}

/** One measure of an explanation; one file each, named as in the literature. */
export interface MetricDefinition {
  readonly name: string;
  readonly title: string;
  /** One line. */
  readonly summary: string;
  readonly paper: string;
  readonly better: 'higher' | 'lower';
  /** What of the model it needs besides the target. */
  readonly needs: 'target' | 'probability' | 'decision';
  /**
   * Measures several lists of scores at once, one score a feature, so that the model reads what all of them need in few
   * batches: the explanation's own and those of random controls.
   */
  measure(scores: readonly ArrayLike<number>[], context: MetricContext): Promise<Measurement[]>;
}
