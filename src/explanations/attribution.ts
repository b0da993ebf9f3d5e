import type { Feature, Slot } from '../features/index.js';
import type { Tensor } from '../tensor/index.js';
import type { DeclaredError, Explanation, TargetRecord } from './explanation.js';
import type { Verdict } from './verdict.js';

/** What stood in for a feature that was taken away, or where a path began. */
export interface Baseline {
  /** How features are taken away: `mask`, `pad`, `zero`, `hide`, `delete`, `#17` … */
  readonly removal: string;
  /** For people: "the embedding of [MASK]". */
  readonly description: string;
  /** The target where no feature is left; null where it was not computed. */
  readonly value: number | null;
}

/** What was asked, in a form that can be asked again. */
export interface AskedQuestion {
  /** How tokens were joined into features. */
  readonly features:
    | 'tokens'
    | 'words'
    | 'sentences'
    | 'paragraphs'
    | { readonly pattern: string; readonly flags: string }
    | readonly Slot[];
  /** Whether special tokens were features too. */
  readonly special: boolean;
  /** Of an encoder-decoder: whose tokens were features, where not those of both. */
  readonly stack?: 'encoder' | 'decoder';
  readonly removal: string;
  readonly seed: number;
}

/** One score for each feature: how much it speaks for the target (above 0) or against it (below 0). */
export interface Attribution extends Explanation {
  readonly kind: 'attribution';
  readonly question: AskedQuestion;
  /** Of an encoder-decoder: how many of `tokens`, the first ones, its encoder read; its decoder read the others. */
  readonly encoderLength?: number;
  readonly target: TargetRecord;
  readonly features: readonly Feature[];
  /** Axis `feature`. */
  readonly values: Tensor<'F32'> & { readonly axes: readonly string[] };
  /** How the numbers of a feature became one, and how they are scaled: "signed sum over embedding dimensions". */
  readonly aggregation: string;
  /** Whether a score may be below 0; else it says how much, not in which direction. */
  readonly signed: boolean;
  /** null where the method takes nothing away. */
  readonly baseline: Baseline | null;
  /** Standard error of each score, axis `feature`; null where nothing was sampled. */
  readonly standardError: Tensor<'F32'> | null;
  /** The errors that the method declares: convergence delta, reconstruction error. */
  readonly errors: readonly DeclaredError[];
  /** How the scores came about, for people: what was sampled, where the method took another way; null where the options say it all. */
  readonly note: string | null;
  /** The map of tokens by tokens that the scores are a row of, axes [layer,] destination, source; null where there is none. */
  readonly map: Tensor<'F32'> | null;
  /** How the explanation stood the test; null as long as it was not tested. */
  readonly verdict: Verdict | null;
}
