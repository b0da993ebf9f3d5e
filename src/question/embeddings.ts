import { type FeatureStack, stacksOfFeatures } from '../features/index.js';
import type { Model } from '../model/index.js';

/** An embedding of each sequence that a model reads, [width]: one, or of an encoder-decoder its encoder's and its decoder's. */
export type EmbeddingOfEach = readonly Float32Array[];

/** Hook points of the embeddings of tokens, before positions are added: one, or the encoder's and the decoder's. */
export function embeddingHooks({ dimensions }: Model): readonly string[] {
  return dimensions.decoder ? stacksOfFeatures.map((stack) => `${stack}.hook_embed`) : ['hook_embed'];
}

/** The embeddings of tokens where one sequence reads them, F32 [count, width] in row-major order. */
async function embeddingsOf(
  model: Model,
  hook: string,
  tokenIds: readonly number[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const stack = hook.split('.', 1)[0] as FeatureStack | 'hook_embed';
  const alone = [0];
  const input =
    stack === 'hook_embed'
      ? { tokenIds }
      : stack === 'encoder'
        ? { tokenIds, decoderTokenIds: alone }
        : { tokenIds: alone, decoderTokenIds: tokenIds };
  const run = await model.run(input, { capture: hook, answers: 'none', ...(signal ? { signal } : {}) });
  return run.activation(hook).data as Float32Array;
}

/** The embedding of one token. */
export function tokenEmbedding(model: Model, id: number, signal?: AbortSignal): Promise<EmbeddingOfEach> {
  return Promise.all(embeddingHooks(model).map((hook) => embeddingsOf(model, hook, [id], signal)));
}

const means = new WeakMap<Model, Promise<EmbeddingOfEach>>();

/** The mean over the whole vocabulary; computed once for each model. */
export function meanEmbedding(model: Model, signal?: AbortSignal): Promise<EmbeddingOfEach> {
  const known = means.get(model);
  if (known) return known;
  const mean = computeMeans(model, signal);
  means.set(model, mean);
  mean.catch(() => means.delete(model));
  return mean;
}

async function computeMeans(model: Model, signal?: AbortSignal): Promise<EmbeddingOfEach> {
  const { dimensions } = model;
  const found: Float32Array[] = [];
  for (const hook of embeddingHooks(model)) {
    const sizes = (hook.startsWith('decoder') && dimensions.decoder) || dimensions;
    found.push(await computeMean(model, hook, sizes, signal));
  }
  return found;
}

async function computeMean(
  model: Model,
  hook: string,
  { vocabularySize, contextLength }: Pick<Model['dimensions'], 'vocabularySize' | 'contextLength'>,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const step = Math.min(contextLength, 1024);
  let sums: Float64Array | undefined;
  for (let start = 0; start < vocabularySize; start += step) {
    const count = Math.min(step, vocabularySize - start);
    const ids = Array.from({ length: count }, (_, i) => start + i);
    const rows = await embeddingsOf(model, hook, ids, signal);
    const width = rows.length / count;
    sums ??= new Float64Array(width);
    for (const [i, value] of rows.entries()) sums[i % width]! += value;
  }
  return Float32Array.from(sums!, (sum) => sum / vocabularySize);
}
