import type { Tokenizer } from '../../checkpoint/index.js';
import type { Token } from '../../tensor/index.js';
import type { EncodedInput } from '../model-input.js';
import type { Run } from '../run.js';
import type { FinishReason } from './generated-text.js';
import { TokenReader } from './token-reader.js';

/** What a model made of a prompt. */
export interface Generation {
  /** The generated text, without the token or the stop string that ended it. */
  readonly text: string;
  /**
   * Prompt and generated tokens, the one that ended the text included; generated ones have no offsets. Of an
   * encoder-decoder they are those of its decoder.
   */
  readonly tokens: readonly Token[];
  /** How many of the tokens are the prompt's. */
  readonly promptLength: number;
  /** For each generated token, ln P under the model's own distribution, before temperature, top-k and top-p. */
  readonly logProbabilities: readonly number[];
  readonly finishReason: FinishReason;
  /** With this seed and the same options the same text comes again; null for a greedy one. */
  readonly seed: number | null;
  /**
   * Settings of the checkpoint's generation_config.json that would have made another text and are not followed, e.g.
   * `num_beams 4`: a text is written token by token.
   */
  readonly ignored: readonly string[];
  /** What was captured, over all tokens, as if they had been run at once. */
  readonly run: Run;
}

/** The tokens of a prompt and what was generated from it. */
export function allTokens(prompt: EncodedInput, ids: readonly number[], tokenizer: Tokenizer): Token[] {
  // Read together: a generated token can end a character that the prompt begins.
  const read = new TokenReader(tokenizer).tokens([...prompt.tokens.map(({ id }) => id), ...ids]);
  const { segment } = prompt.tokens.at(-1)!;
  return [...prompt.tokens, ...read.slice(prompt.tokens.length).map((token) => ({ ...token, segment }))];
}
