import type { Component } from '../explanations/index.js';
import type { Model, ModelInput, Progress, Run, Target } from '../model/index.js';

/** How finely a score is taken apart. */
export const contributionUnits = ['component', 'layer', 'head', 'neuron'] as const;
export type ContributionUnit = (typeof contributionUnits)[number];

/** What is taken apart, and how. */
export interface ContributionsOptions {
  /** `logit`, `contrast` or `class`; the logit of the model's own best answer by default. */
  readonly target?: Target | string | undefined;
  /** `component` by default: embeddings, and attention and MLP of each layer. */
  readonly unit?: ContributionUnit | undefined;
  /** How many neurons have a row of their own, the strongest; 50 by default. The others of a layer share one. */
  readonly top?: number | undefined;
  readonly truncate?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A score of which it is known how much each write to the residual stream counts. */
export interface LinearEnd {
  readonly model: Model;
  readonly input: ModelInput;
  readonly target: Target;
  readonly options: ContributionsOptions;
  /** How much what leaves attention and MLP of each layer counts. */
  readonly attention: readonly number[];
  readonly mlp: readonly number[];
}

/** A component and how much it counts. */
export interface Row extends Component {
  readonly value: number;
}

export function row(
  part: Component['part'],
  label: string,
  value: number,
  layer: number | null = null,
  index: number | null = null,
): Row {
  return { part, label, value, layer, index };
}

/** Σ a · b in double precision. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The value of a hook point that a run has kept. */
export function read(run: Run, hook: string): Float32Array {
  return run.activation(hook).data as Float32Array;
}
