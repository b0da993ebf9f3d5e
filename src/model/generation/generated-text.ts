import type { Token } from '../../tensor/index.js';
import type { EncodedInput } from '../model-input.js';
import type { Constraints } from './constraints.js';
import type { Draw } from './sampling.js';
import type { StopStrings } from './stop-strings.js';
import type { TextStream } from './text-stream.js';

/**
 * Why a text ends: `length`: as many tokens as were asked for; `stop`: a stop string; `eos`: the model put out a token
 * that ends a text; `context`: it is as long as what the model can read.
 */
export type FinishReason = 'length' | 'stop' | 'eos' | 'context';

/** What decides where a text ends. */
export interface Limits {
  readonly maxNewTokens: number;
  readonly contextLength: number;
  readonly endTokens: readonly number[];
}

/** What one text is made with. */
export interface Writer {
  readonly draw: Draw;
  readonly stream: TextStream;
  readonly stops: StopStrings;
  readonly limits: Limits;
  readonly constraints: Constraints;
}

/** A text that grows by a token at a time. */
export class GeneratedText {
  readonly prompt: EncodedInput;
  /** The ids that were generated, the one that ended the text included. */
  readonly ids: number[] = [];
  /** ln P of each under the model's own distribution. */
  readonly logProbabilities: number[] = [];
  /** What was generated, without the token or the string that ended it. */
  text = '';
  finishReason: FinishReason | undefined;
  readonly #writer: Writer;
  /** What the model has not read yet. */
  #unread: readonly Pick<Token, 'id' | 'segment'>[];

  constructor(prompt: EncodedInput, writer: Writer) {
    this.prompt = prompt;
    this.#writer = writer;
    this.#unread = prompt.tokens;
    if (prompt.tokens.length >= writer.limits.contextLength) this.finishReason = 'context';
  }

  draw(logits: Float32Array): number {
    const { draw, constraints } = this.#writer;
    const place = { before: this.prompt.tokens.length, written: this.ids.length };
    return constraints.forced(place) ?? draw(constraints.allowed(logits, place));
  }

  /** Hands out the tokens that the model has not read yet. */
  takeUnread(): readonly Pick<Token, 'id' | 'segment'>[] {
    const unread = this.#unread;
    this.#unread = [];
    return unread;
  }

  /** All tokens so far, for a model that has to read them again. */
  readAgain(): readonly Pick<Token, 'id' | 'segment'>[] {
    const { tokens } = this.prompt;
    const { segment } = tokens.at(-1)!;
    return [...tokens, ...this.ids.map((id) => ({ id, segment }))];
  }

  /** Adds a token. @returns the text that has become certain with it */
  add(id: number, logProbability: number): string {
    const { stream, stops, limits } = this.#writer;
    this.ids.push(id);
    this.logProbabilities.push(logProbability);
    // A generated token belongs to the text that the prompt ends with.
    this.#unread = [{ id, segment: this.prompt.tokens.at(-1)!.segment }];
    let piece = '';
    if (limits.endTokens.includes(id)) {
      this.finishReason = 'eos';
    } else {
      const { text, found } = stops.push(stream.push(id));
      piece = text;
      if (found) this.finishReason = 'stop';
      else if (this.ids.length >= limits.maxNewTokens) this.finishReason = 'length';
      else if (this.prompt.tokens.length + this.ids.length >= limits.contextLength)
        this.finishReason = 'context';
    }
    if (this.finishReason !== undefined && this.finishReason !== 'stop') {
      const { text, found } = stops.push(stream.flush());
      piece += found ? text : text + stops.flush();
    }
    this.text += piece;
    return piece;
  }
}
