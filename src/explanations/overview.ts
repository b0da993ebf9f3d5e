import type { Token } from '../tensor/index.js';
import type { Attribution } from './attribution.js';
import type { Subject, TargetRecord } from './explanation.js';
import type { Verdict } from './verdict.js';

/** One thing that a model may answer. */
export interface Answer {
  readonly text: string;
  /** null of a regression, whose answer is the score itself. */
  readonly probability: number | null;
  readonly score: number;
}

/** What a model answers at one place. */
export interface AnswerPlace {
  /** null where the answer belongs to the whole input. */
  readonly position: number | null;
  /** Most probable first. */
  readonly candidates: readonly Answer[];
}

/** A part of the model that matters more than others like it: found by setting each to zero. */
export interface AblationFinding {
  readonly part: 'head' | 'mlp';
  /** The hook point that was changed. */
  readonly hook: string;
  readonly layer: number;
  /** The head; null of an MLP. */
  readonly head: number | null;
  /** The position at which it was changed; null for all of them. */
  readonly position: number | null;
  /** What the target loses without it; below 0 where it gains. */
  readonly effect: number;
  readonly verdict: Verdict;
}

/** What a person sees of an input first: what the model answers, and the most telling things found about it. */
export interface Overview {
  readonly subject: Subject;
  readonly tokens: readonly Token[];
  /** What the decoder of an encoder-decoder read. */
  readonly decoderTokens: readonly Token[] | null;
  readonly predictions: readonly AnswerPlace[];
  /** What the findings explain: a score of the best answer; null where the model gives none. */
  readonly target: TargetRecord | null;
  readonly attribution: Attribution | null;
  readonly head: AblationFinding | null;
  readonly mlp: AblationFinding | null;
  /** Why something is missing, one sentence each. */
  readonly notes: readonly string[];
  /** Passes of the model that the findings and their tests took. */
  readonly cost: number;
}
