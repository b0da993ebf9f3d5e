import type { Profile } from './profile.js';

/** What a contender can be asked, with arguments and answer. The peers in `bench/peers` answer the same. */
export interface Operations {
  /**
   * Opens a checkpoint; everything else needs it. `threads` is for peers that do not take all cores by themselves, `prepack`
   * and `memory` for Pellucid: see `loadModel`.
   */
  load(request: { folder: string; threads: number; prepack?: true; memory?: 'low' }): null;
  /** Runs the tokens so often, all attention patterns kept; milliseconds of each run. */
  forward(request: ForwardRequest): number[];
  /** Some numbers that two contenders agree on only if they compute the same; see `compareSamples`. */
  sample(request: { tokenIds: readonly number[] }): number[];
  /** Tokenises a text with offsets so often. */
  encode(request: { text: string; repetitions: number }): { milliseconds: number[]; tokenIds: number[] };
  /** Runs the tokens with all logits, and keeps what is asked for. */
  everything(request: EverythingRequest): Timed;
  /** The slope of the answer's logit at the last position, at the token embeddings. */
  gradient(request: { tokenIds: readonly number[]; answer: number; repetitions: number }): Timed;
  /** Integrated gradients of the same logit from zero, by Gauss-Legendre; the peer takes `batch` points at once. Sample: a score for each token. */
  integratedGradients(request: IntegratedGradientsRequest): Timed;
  /** What the last position's logit loses without each token, whose embedding is zeros; sample: the scores. */
  occlusion(request: PerturbationRequest): Timed;
  /** Shapley values of the same from so many random orders; sample: what they add up to. */
  shapleySampling(request: PerturbationRequest & { readonly permutations: number }): Timed;
  /** The same by KernelSHAP from so many coalitions. */
  kernelShap(request: PerturbationRequest & { readonly samples: number }): Timed;
  /** Any method of Pellucid, with its options; sample: the scores. */
  explain(request: ExplainRequest): Timed;
  /** One run for each layer and position, its `resid_pre` replaced by that of the clean run; sample: largest last logits. */
  patch(request: { clean: readonly number[]; corrupted: readonly number[]; repetitions: number }): Timed;
  /** One run for each head without it; sample: largest last logits. */
  ablate(request: { tokenIds: readonly number[]; repetitions: number }): Timed;
  /** Greedy generation; with `capture`, patterns and residual streams of all steps are kept. Sample: all ids. */
  generate(request: GenerateRequest): Timed;
  /** Runs the inputs with everything kept; how long the caller's thread was held up at most, in each repetition. */
  longestPause(request: { inputs: readonly (readonly number[])[]; repetitions: number }): number[];
  /** Multiplies matrices of GPT-2's shapes with so many rows by the engine itself, weights packed. */
  multiply(request: { rows: number; repetitions: number }): number[];
  /** Where the time of another operation goes, measured with a trace of every operator. */
  profile(request: ProfileRequest): Profile;
  /** Runs with a hundred different interventions in turn; resident bytes after each run. */
  intervene(request: { tokenIds: readonly number[]; runs: number }): number[];
}

/** An operation of Pellucid on a checkpoint. */
export interface ProfileRequest extends Profiled {
  readonly folder: string;
}

/** An operation and its argument, repetitions apart, as a profile asks for it. */
export interface Profiled {
  readonly operation: keyof Operations;
  readonly argument: object;
  readonly prepack?: true | undefined;
  /** The folder of its checkpoint, where that is not GPT-2 small's. */
  readonly folder?: string | undefined;
}

/** Times; where no repetition is asked for, some numbers that contenders agree on only if they compute the same. */
export interface Timed {
  readonly milliseconds: number[];
  readonly sample: number[];
}

export interface EverythingRequest {
  readonly tokenIds: readonly number[];
  /** `streams`: attention patterns and residual streams; `hooks`: every hook point. */
  readonly capture: 'nothing' | 'streams' | 'hooks';
  readonly repetitions: number;
}

export interface IntegratedGradientsRequest {
  readonly tokenIds: readonly number[];
  readonly answer: number;
  readonly points: number;
  readonly batch: number;
  readonly repetitions: number;
}

export interface ExplainRequest {
  readonly tokenIds: readonly number[];
  readonly method: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly repetitions: number;
}

export interface PerturbationRequest {
  readonly tokenIds: readonly number[];
  readonly answer: number;
  readonly batch: number;
  readonly repetitions: number;
}

export interface GenerateRequest {
  readonly tokenIds: readonly number[];
  readonly newTokens: number;
  readonly capture: boolean;
  readonly repetitions: number;
}

export interface ForwardRequest {
  readonly tokenIds: readonly number[];
  /** Positions whose logits are returned. */
  readonly logits: 'all' | 'last';
  readonly repetitions: number;
}

/** One line to a contender's standard input. */
export type Request = {
  [Name in keyof Operations]: { operation: Name; argument: Parameters<Operations[Name]>[0] };
}[keyof Operations];

/** One line from its standard output. */
export type Response = { readonly answer: unknown } | { readonly error: string };
