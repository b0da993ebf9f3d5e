import { PellucidError } from '../errors.js';
import { type Lens, schemaVersion } from '../explanations/index.js';
import type { Model, ModelInput, Progress, Run, TargetAnswer } from '../model/index.js';
import { type Tensor, tensor } from '../tensor/index.js';
import { decode, vectorsAtOnce } from './decode.js';
import { type Distribution, distributionOf, probabilityOf, rankOf, summarize } from './distribution.js';
import { endOfStream, type LensPlace, lensRows, requireVocabulary } from './stream-places.js';
import { type TunedLens, translate } from './tuned-lens.js';

/** What a lens reads, and what is kept of it. */
export interface LensOptions {
  /** What is read: the residual stream of every layer by default; see {@link LensPlace}. */
  readonly at?: LensPlace | undefined;
  /** A lens that was tuned for this model: the stream is translated before it is read. */
  readonly tuned?: TunedLens | undefined;
  /** How many tokens are kept for each layer and position; 5 by default. */
  readonly top?: number | undefined;
  /** Tokens that are followed through all layers; by default the model's own best answer. */
  readonly pinned?: readonly TargetAnswer[] | undefined;
  readonly truncate?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * What the model would answer if it ended earlier, at every layer and position: the logit lens, or one that was tuned.
 * The last row of `resid` is the model's own answer. The vocabulary is decoded in parts of bounded size.
 * @throws PellucidError `unsupported` for a model that does not answer with tokens, `not-found` for a pinned token that it does
 * not have, `bad-input`, `non-finite`, `cancelled`.
 * @example
 * const { words, ids } = await lens(model, 'Anna met Tom. Anna met', { pinned: [' Tom'] });
 */
export async function lens(model: Model, input: ModelInput, options: LensOptions = {}): Promise<Lens> {
  const { at = 'resid', top = 5, pinned, tuned, truncate = false, signal, onProgress } = options;
  requireVocabulary(model);
  const { vocabularySize, width } = model.dimensions;
  if (!Number.isInteger(top) || top < 1 || top > vocabularySize)
    throw new PellucidError(
      'bad-input',
      `A lens keeps 1 to ${vocabularySize} tokens of each place (top), not ${top}.`,
    );
  if (
    tuned &&
    (at !== 'resid' || tuned.width !== width || tuned.translators.length !== model.dimensions.layers)
  )
    throw new PellucidError(
      'bad-input',
      `The tuned lens is for the stream (at "resid") of ${tuned.translators.length} layers of width ${tuned.width}: it cannot read "${at}" of ${model.id}.`,
    );
  const rows = lensRows(model, at);
  const end = endOfStream(model);
  const run = await model.run(input, {
    ...{ capture: [...new Set([...rows.map(({ hook }) => hook), end])], truncate },
    ...(signal ? { signal } : {}),
  });
  const { tokens } = run;
  const predicted = run.predictions(1);
  const position = (predicted.length === 1 ? predicted[0]?.position : undefined) ?? tokens.length - 1;
  const best = predicted.find((each) => each.position === position)?.candidates[0]?.id;
  const ids = pinned ? pinned.map((answer) => model.answerId(answer)) : best === undefined ? [] : [best];

  const found = new Reduced(rows.length, tokens.length, top, ids);
  const most = vectorsAtOnce(model);
  const length = Math.min(tokens.length, most);
  let done = 0;
  for (let start = 0; start < tokens.length; start += length) {
    const stop = Math.min(start + length, tokens.length);
    const part = (hook: string) => streamOf(run, hook).subarray(start * width, stop * width);
    const answers = distributions((await decode(model, [part(end)], tokens, signal))[0]!, vocabularySize);
    const together = Math.max(1, Math.floor(most / (stop - start)));
    for (let first = 0; first < rows.length; first += together) {
      const chosen = rows.slice(first, first + together);
      const decoded = await decode(
        model,
        chosen.map(({ hook }, i) => {
          // The last row is the model's own answer, and has none.
          const translator = tuned?.translators[first + i];
          return translator ? translate(translator, part(hook)) : part(hook);
        }),
        tokens,
        signal,
      );
      for (const [i, logits] of decoded.entries())
        for (const [j, own] of distributions(logits, vocabularySize).entries())
          found.add(first + i, start + j, own, answers[j]!);
      done += chosen.length * (stop - start);
      onProgress?.({ done, total: rows.length * tokens.length, part: 'places' });
    }
  }
  const { subject } = run;
  const word = (id: number) => model.tokenizer.readable(id);
  return {
    ...{ schemaVersion, kind: 'lens', method: tuned ? 'tuned-lens' : 'logit-lens', subject, tokens },
    options: { at, top, ...(tuned ? { base: tuned.base, unembedHash: tuned.unembedHash } : {}) },
    rows,
    ...found.tensors(),
    ids: found.ids,
    words: Object.fromEntries([...new Set(found.ids)].map((id) => [id, word(id)])),
    pinned: ids.map((id) => ({ id, text: word(id) })),
    position,
  };
}

/** The value of a hook point, [position, width]. */
function streamOf(run: Run, hook: string): Float32Array {
  return run.activation(hook).data as Float32Array;
}

function distributions(logits: Float32Array, vocabularySize: number): Distribution[] {
  return Array.from({ length: logits.length / vocabularySize }, (_, i) =>
    distributionOf(logits.subarray(i * vocabularySize, (i + 1) * vocabularySize)),
  );
}

/** What is kept of the distributions of all layers and positions. */
class Reduced {
  readonly ids: number[];
  readonly #layers: number;
  readonly #positions: number;
  readonly #top: number;
  readonly #pinned: readonly number[];
  readonly #values: Float32Array;
  readonly #entropy: Float32Array;
  readonly #divergence: Float32Array;
  readonly #ranks: Float32Array;
  readonly #probabilities: Float32Array;

  constructor(layers: number, positions: number, top: number, pinned: readonly number[]) {
    const places = layers * positions;
    this.#layers = layers;
    this.#positions = positions;
    this.#top = top;
    this.#pinned = pinned;
    this.ids = new Array<number>(places * top).fill(0);
    this.#values = new Float32Array(places * top);
    this.#entropy = new Float32Array(places);
    this.#divergence = new Float32Array(places);
    this.#ranks = new Float32Array(places * pinned.length);
    this.#probabilities = new Float32Array(places * pinned.length);
  }

  add(layer: number, position: number, own: Distribution, answer: Distribution): void {
    const at = layer * this.#positions + position;
    const { ids, probabilities, entropy, divergence } = summarize(own, answer, this.#top);
    for (const [i, id] of ids.entries()) this.ids[at * this.#top + i] = id;
    this.#values.set(probabilities, at * this.#top);
    this.#entropy[at] = entropy;
    this.#divergence[at] = divergence;
    for (const [i, id] of this.#pinned.entries()) {
      const place = i * this.#entropy.length + at;
      this.#ranks[place] = rankOf(own, id);
      this.#probabilities[place] = probabilityOf(own, id);
    }
  }

  tensors(): Pick<Lens, 'values' | 'entropy' | 'divergence' | 'ranks' | 'probabilities'> {
    const [layers, positions] = [this.#layers, this.#positions];
    const axes = ['layer', 'position'];
    const map = (data: Float32Array) => tensor('F32', [layers, positions], data, axes);
    const each = (data: Float32Array): Tensor<'F32'> =>
      tensor('F32', [this.#pinned.length, layers, positions], data, ['pinned', ...axes]);
    const values = tensor('F32', [layers, positions, this.#top], this.#values, [...axes, 'candidate']);
    return {
      values: values as Lens['values'],
      entropy: map(this.#entropy),
      divergence: map(this.#divergence),
      ranks: each(this.#ranks),
      probabilities: each(this.#probabilities),
    };
  }
}
