import { PellucidError } from '../errors.js';
import type { Attention, Explanation, Subject, TargetRecord } from '../explanations/index.js';
import { at, type Tensor, type Token, tensor } from '../tensor/index.js';
import { answersHook, type Dimensions } from './architecture.js';
import type { Captures } from './capture.js';
import type { RunGradient } from './gradient.js';
import { hookAxes } from './hooks.js';
import { type Answerer, type Prediction, predictions } from './predictions.js';
import { embeddingHook } from './sentence-embedding.js';
import { patternsOf, type Stack } from './stacks.js';

/** Which attention to show: one layer or all, one head, all, or their mean. */
export interface AttentionChoice {
  /** Counted from 0; all layers if left out. */
  readonly layer?: number;
  /** Counted from 0; all heads if left out; `mean` averages over the heads of a layer. */
  readonly head?: number | 'mean';
  /** Of an encoder-decoder: `encoder`, `decoder`, or `cross` (the default), from the decoder to the encoder. */
  readonly stack?: Stack | undefined;
}

/** What a run knows of its model and its input. */
export interface RunContext {
  readonly about: Pick<Explanation, 'schemaVersion' | 'subject' | 'tokens'>;
  /** What the decoder of an encoder-decoder read; `about` has the tokens of its encoder. */
  readonly decoderTokens?: readonly Token[] | undefined;
  readonly dimensions: Dimensions;
  readonly answerer: Answerer;
  /** Positions at which the model was asked to answer. */
  readonly answers: readonly number[];
  /** Of which hook points only some heads or positions were captured. */
  readonly parts?: Captures | undefined;
}

/** What one input left behind in the model: its tokens, the captured activations, the predictions. */
export class Run {
  readonly #context: RunContext;
  #activations: ReadonlyMap<string, Tensor> | undefined;
  #gradient: RunGradient | undefined;

  constructor(context: RunContext, activations: ReadonlyMap<string, Tensor>, gradient?: RunGradient) {
    this.#context = context;
    this.#activations = activations;
    this.#gradient = gradient;
  }

  /** The model and the input that this is a run of. */
  get subject(): Subject {
    return this.#context.about.subject;
  }

  /** What the model read; of an encoder-decoder what its encoder read. */
  get tokens(): readonly Token[] {
    return this.#context.about.tokens;
  }

  /** What the decoder of an encoder-decoder read; undefined for other models. */
  get decoderTokens(): readonly Token[] | undefined {
    return this.#context.decoderTokens;
  }

  /** Names of the hook points whose values this run holds. */
  get hooks(): readonly string[] {
    return [...this.#held().keys()].filter((name) => name !== answersHook);
  }

  /**
   * The value of a hook point, without the batch axis and with named axes; see `docs/hooks.md` for all shapes.
   * Where only some heads or positions were captured, the axis has those, in the order in which they were asked for.
   * @throws PellucidError `not-found` when the run did not capture it.
   */
  activation(hook: string): Tensor {
    const held = this.#held().get(hook);
    if (held && hook !== answersHook) return { ...held, axes: hookAxes(hook, held.shape.length) };
    throw new PellucidError('not-found', `This run holds no "${hook}": ask for it with the option capture.`);
  }

  /**
   * The derivative of the target with respect to a hook point, in the shape and with the axes of its value.
   * @throws PellucidError `not-found` when the run was not asked for it.
   */
  gradient(hook: string): Tensor {
    const held = this.#heldGradient().values.get(hook);
    if (held) return { ...held, axes: hookAxes(hook, held.shape.length) };
    throw new PellucidError(
      'not-found',
      `This run holds no gradient of "${hook}": ask for it with the option gradient.`,
    );
  }

  /** Names of the hook points whose gradients this run holds. */
  get gradients(): readonly string[] {
    return [...(this.#gradient?.values.keys() ?? [])];
  }

  /** What the gradients are gradients of. @throws PellucidError `not-found` when the run was asked for none. */
  get target(): TargetRecord {
    return this.#heldGradient().target;
  }

  /**
   * Attention weights after the softmax. `values` has the axes `destination` and `source` (a row for each destination,
   * summing to 1), preceded by `layer` and `head` where all of them are asked for. In cross attention of an
   * encoder-decoder the destinations are the decoder's tokens and the sources the encoder's.
   * @throws PellucidError `not-found` for a layer, head or stack that the model does not have or the run did not capture.
   */
  attention(choice: AttentionChoice = {}): Attention {
    const { about, dimensions, decoderTokens = about.tokens } = this.#context;
    const { layers, heads, stack: part, hook: hookOf } = patternsOf(dimensions, choice.stack);
    const { layer, head } = choice;
    const chosen =
      layer === undefined ? Array.from({ length: layers }, (_, i) => i) : [inRange('Layer', layer, layers)];
    if (typeof head === 'number') inRange('Head', head, heads);
    const patterns = chosen.map((each) => {
      const hook = hookOf(each);
      const pattern = this.activation(hook) as Tensor<'F32'>;
      const index = this.#heldHead(hook, head);
      return index === undefined ? pattern : index === 'mean' ? meanOfHeads(pattern) : at(pattern, index);
    });
    return {
      ...about,
      ...(part === 'decoder' ? { tokens: decoderTokens } : {}),
      ...(part === 'cross' ? { destinationTokens: decoderTokens } : {}),
      kind: 'attention',
      method: 'attention',
      options: { layer: layer ?? null, head: head ?? null, ...(part === undefined ? {} : { stack: part }) },
      values: (layer === undefined ? stack(patterns, 'layer') : patterns[0]!) as Attention['values'],
    };
  }

  /**
   * What the model predicts, most probable first: tokens at the positions asked for, labels, or answer spans. Empty for
   * a model without a head.
   * @param top how many candidates, 5 by default
   */
  predictions(top = 5): Prediction[] {
    const { answerer, answers, about } = this.#context;
    // A part of the logits is no answer: it is what the user asked to keep.
    const held = new Map(this.#held());
    if (this.#context.parts?.get('logits')?.positions) held.delete('logits');
    const { decoderTokens = about.tokens } = this.#context;
    return predictions(answerer, decoderTokens, held, answers, top, about.subject);
  }

  /**
   * The embedding of the text, [feature], of a sentence encoder.
   * @throws PellucidError `not-found` of any other model, and where the run was made with `answers: 'none'`.
   */
  embedding(): Tensor<'F32'> {
    return this.activation(embeddingHook) as Tensor<'F32'>;
  }

  /** Lets go of activations and gradients; the run cannot be asked again. */
  close(): void {
    this.#activations = undefined;
    this.#gradient = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #heldGradient(): RunGradient {
    this.#held();
    if (this.#gradient) return this.#gradient;
    throw new PellucidError(
      'not-found',
      'This run holds no gradients: ask for them with the option gradient.',
    );
  }

  /** Where a head stands in the pattern that this run holds. @throws PellucidError `not-found` where it does not. */
  #heldHead(hook: string, head: AttentionChoice['head']): AttentionChoice['head'] {
    const { heads, positions } = this.#context.parts?.get(hook) ?? {};
    const lacks = (what: string, instead: string) =>
      new PellucidError('not-found', `This run holds only some ${what} of ${hook}: ${instead}.`);
    if (positions) throw lacks('positions', 'read them with activation');
    if (!heads) return head;
    const index = typeof head === 'number' ? heads.indexOf(head) : -1;
    if (index < 0) throw lacks('heads', `they are ${heads.join(', ')}`);
    return index;
  }

  #held(): ReadonlyMap<string, Tensor> {
    if (this.#activations) return this.#activations;
    throw new PellucidError('bad-input', 'This run has been closed.');
  }
}

function inRange(what: string, index: number, count: number): number {
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  throw new PellucidError(
    'not-found',
    `${what} ${index} does not exist: the model has ${count}, counted from 0 to ${count - 1}.`,
  );
}

/** [head, destination, source] → [destination, source]. */
function meanOfHeads(pattern: Tensor<'F32'>): Tensor<'F32'> {
  const [heads, ...shape] = pattern.shape as [number, number, number];
  const size = shape[0]! * shape[1]!;
  const mean = Float32Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let head = 0; head < heads; head++) sum += pattern.data[head * size + i]!;
    return sum / heads;
  });
  return tensor('F32', shape, mean, pattern.axes!.slice(1));
}

function stack(parts: readonly Tensor<'F32'>[], axis: string): Tensor<'F32'> {
  const first = parts[0]!;
  const data = new Float32Array(parts.length * first.data.length);
  for (const [i, part] of parts.entries()) data.set(part.data, i * first.data.length);
  return tensor('F32', [parts.length, ...first.shape], data, [axis, ...first.axes!]);
}
