import type { Model } from '../model/index.js';

/** Hook point of the embeddings of tokens, before positions are added. */
export const embeddingHook = 'hook_embed';

/** The embeddings of tokens, F32 [count, width] in row-major order. */
async function embeddingsOf(
  model: Model,
  tokenIds: readonly number[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const run = await model.run(
    { tokenIds },
    { capture: embeddingHook, answers: 'none', ...(signal ? { signal } : {}) },
  );
  return run.activation(embeddingHook).data as Float32Array;
}

/** The embedding of one token, [width]. */
export function tokenEmbedding(model: Model, id: number, signal?: AbortSignal): Promise<Float32Array> {
  return embeddingsOf(model, [id], signal);
}

const means = new WeakMap<Model, Promise<Float32Array>>();

/** The mean over the whole vocabulary, [width]; computed once for each model. */
export function meanEmbedding(model: Model, signal?: AbortSignal): Promise<Float32Array> {
  const known = means.get(model);
  if (known) return known;
  const mean = computeMean(model, signal);
  means.set(model, mean);
  mean.catch(() => means.delete(model));
  return mean;
}

async function computeMean(model: Model, signal?: AbortSignal): Promise<Float32Array> {
  const { vocabularySize, contextLength } = model.dimensions;
  const step = Math.min(contextLength, 1024);
  let sums: Float64Array | undefined;
  for (let start = 0; start < vocabularySize; start += step) {
    const count = Math.min(step, vocabularySize - start);
    const rows = await embeddingsOf(
      model,
      Array.from({ length: count }, (_, i) => start + i),
      signal,
    );
    const width = rows.length / count;
    sums ??= new Float64Array(width);
    for (const [i, value] of rows.entries()) sums[i % width]! += value;
  }
  return Float32Array.from(sums!, (sum) => sum / vocabularySize);
}
