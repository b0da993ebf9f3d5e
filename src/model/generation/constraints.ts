import type { GenerationSettings } from './generation-settings.js';

/** Where a text is: tokens of its prompt, and tokens written. */
export interface WritingPlace {
  readonly before: number;
  readonly written: number;
}

/** Where a text is to end. */
export interface Ending {
  readonly maxNewTokens: number;
  readonly endTokens: readonly number[];
}

/** The tokens that a checkpoint's own settings prescribe or forbid, as transformers' logits processors do. */
export class Constraints {
  readonly #settings: GenerationSettings;
  readonly #ending: Ending;

  constructor(settings: GenerationSettings, ending: Ending) {
    this.#settings = settings;
    this.#ending = ending;
  }

  /** The only token that may stand here; undefined where the model chooses. */
  forced({ before, written }: WritingPlace): number | undefined {
    const { forcedFirst, forcedLast } = this.#settings;
    const { maxNewTokens, endTokens } = this.#ending;
    // A text that is not to be ended is not ended by force either.
    if (forcedLast !== undefined && endTokens.includes(forcedLast) && written === maxNewTokens - 1)
      return forcedLast;
    return before + written === 1 ? forcedFirst : undefined;
  }

  /** The logits with −∞ for tokens that may not stand here. */
  allowed(logits: Float32Array, { written }: WritingPlace): Float32Array {
    const { suppressed, suppressedFirst } = this.#settings;
    const barred = written === 0 ? [...suppressed, ...suppressedFirst] : suppressed;
    if (barred.length === 0) return logits;
    const allowed = logits.slice();
    for (const id of barred) if (id < allowed.length) allowed[id] = Number.NEGATIVE_INFINITY;
    return allowed;
  }
}
