import {
  commonDistance,
  type HeadMeasures,
  headMaps,
  headMeasures,
  headSimilarity,
  type MeasuredToken,
  measureHead,
  stripe,
} from './attention-maps/index.js';
import { PellucidError } from './errors.js';
import type { HeadPlace, HeadScores } from './explanations/index.js';
import { type Model, type ModelInput, type Progress, patternsOf, type Stack } from './model/index.js';
import { randomOf } from './random.js';
import { type Token, tensor } from './tensor/index.js';

/** What heads are measured on. */
export interface HeadScoresOptions {
  /** Of an encoder-decoder: whose heads, `cross` by default. */
  readonly stack?: Stack | undefined;
  /** `repeated`: random tokens read twice, in place of the input; `input` by default. */
  readonly on?: 'input' | 'repeated' | undefined;
  /** The head that all are compared with, for the measure `similarity`. */
  readonly like?: HeadPlace | undefined;
  /** How many random tokens are read twice; 50 by default, fewer where the context is short. */
  readonly length?: number | undefined;
  readonly seed?: number | undefined;
  readonly truncate?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Attention weights that are held at a time: 256 MB. */
const mostNumbers = 64 * 1024 * 1024;

/** Random tokens that are read twice, where the context has room for them. */
const usualLength = 50;

/**
 * Measures where each head looks: at the token before, at the first one, at earlier places of the same token, behind those
 * (induction), always equally far, anywhere (entropy). On the input, or on random tokens that are read twice, where
 * nothing but their order tells a head where to look. A score says where a head looks, not that it matters: test the
 * head for that.
 * @throws PellucidError `not-found` for a head or stack that is not there; `unsupported` for repeated tokens and an encoder-decoder;
 * `bad-input`, `cancelled`.
 * @example
 * const scores = await headScores(model, 'Anna met Tom. Anna met', { on: 'repeated' });
 */
export async function headScores(
  model: Model,
  input: ModelInput,
  options: HeadScoresOptions = {},
): Promise<HeadScores> {
  const { on = 'input', like, seed = 0, signal, onProgress } = options;
  const patterns = patternsOf(model.dimensions, options.stack);
  const { layers, heads, stack } = patterns;
  if (like && !(like.layer < layers && like.head < heads)) {
    throw new PellucidError(
      'not-found',
      `There is no head ${like.head} in layer ${like.layer}: there are ${layers} layers of ${heads} heads, counted from 0.`,
    );
  }
  const repeated = on === 'repeated' ? repeatedTokens(model, options) : undefined;
  const read = repeated ? { tokenIds: repeated.ids } : input;
  const limits = { answers: 'none', truncate: options.truncate ?? false, signal } as const;
  const choice = stack === undefined ? {} : { stack };
  const attentionOf = async (first: number, last: number) => {
    const capture = Array.from({ length: last - first }, (_, i) => patterns.hook(first + i));
    return model.run(read, { ...limits, capture });
  };

  const chosen = like ?? { layer: 0, head: 0 };
  const sample = (await attentionOf(chosen.layer, chosen.layer + 1)).attention({
    layer: chosen.layer,
    ...choice,
  });
  const { schemaVersion, subject, tokens, destinationTokens } = sample;
  const size = (destinationTokens ?? tokens).length * tokens.length;
  const likeMap = like && headMaps(sample.values)[like.head]!;
  const measured = stack === 'cross' ? null : tokens.map(measuredToken);
  const rows: HeadMeasures[] = [];
  const similarities: number[] = [];
  const offsets: number[] = [];
  const layersAtOnce = Math.max(1, Math.floor(mostNumbers / (heads * size)));
  for (let first = 0; first < layers; first += layersAtOnce) {
    const last = Math.min(layers, first + layersAtOnce);
    using run = await attentionOf(first, last);
    for (let layer = first; layer < last; layer++) {
      for (const map of headMaps(run.attention({ layer, ...choice }).values)) {
        const own = measureHead(map, measured);
        rows.push(
          repeated
            ? {
                ...own,
                'duplicate-token': stripe(map, -repeated.length),
                induction: stripe(map, 1 - repeated.length),
              }
            : own,
        );
        offsets.push(measured ? commonDistance(map).offset : 0);
        if (likeMap) similarities.push(headSimilarity(likeMap, map));
      }
      onProgress?.({ done: layer + 1, total: layers, part: 'layers' });
      if (signal?.aborted) throw new PellucidError('cancelled', 'The measuring of heads was cancelled.');
    }
  }
  const names = headMeasures.filter((name) => rows[0]![name] !== undefined);
  const numbers = [...names.map((name) => rows.map((row) => row[name]!)), ...(likeMap ? [similarities] : [])];
  const axes = ['layer', 'head'];
  const shape = [layers, heads];
  return {
    ...{ schemaVersion, kind: 'head-scores', method: 'head-scores', subject, tokens },
    ...(destinationTokens ? { destinationTokens } : {}),
    options: { ...choice, on, like: like ?? null, seed },
    measures: [...names, ...(likeMap ? ['similarity'] : [])],
    values: tensor('F32', [numbers.length, ...shape], Float32Array.from(numbers.flat()), [
      'measure',
      ...axes,
    ]) as HeadScores['values'],
    offsets: measured && tokens.length > 1 ? tensor('F32', shape, Float32Array.from(offsets), axes) : null,
  };
}

function measuredToken({ id, special, offsets }: Token): MeasuredToken {
  return { id, added: special && offsets === null };
}

/** Different random tokens, twice, between what the tokenizer puts around a text. */
function repeatedTokens(model: Model, { length: wanted = usualLength, seed = 0 }: HeadScoresOptions) {
  const { tokenizer, dimensions } = model;
  if (dimensions.decoder) {
    throw new PellucidError(
      'unsupported',
      `${model.id} has an encoder and a decoder, whose heads are not measured on repeated tokens: measure them on the input.`,
    );
  }
  const framed = tokenizer.encode('a');
  const isFrame = ({ special, offsets }: Token) => special && offsets === null;
  const before = framed.slice(
    0,
    framed.findIndex((token) => !isFrame(token)),
  );
  const after = framed.slice(framed.findLastIndex((token) => !isFrame(token)) + 1);
  const room = Math.floor((dimensions.contextLength - before.length - after.length) / 2);
  const chosen: number[] = [];
  for (const id of randomOf(seed).permutation(tokenizer.vocabularySize)) {
    if (chosen.length >= Math.min(wanted, room)) break;
    if (!tokenizer.fromIds([id])[0]!.special) chosen.push(id);
  }
  const { length } = chosen;
  if (!Number.isInteger(wanted) || length < 2) {
    throw new PellucidError(
      'bad-input',
      `${model.id} cannot read ${Math.max(wanted, 2)} random tokens twice: its context has ${dimensions.contextLength} tokens.`,
    );
  }
  const ids = [...before.map(idOf), ...chosen, ...chosen, ...after.map(idOf)];
  return { length, ids };
}

function idOf({ id }: Token): number {
  return id;
}
