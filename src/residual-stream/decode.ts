import type { Model } from '../model/index.js';
import { type Token, tensor } from '../tensor/index.js';
import { endOfStream } from './stream-places.js';

/** Logits that are held at one time: 64 MiB of them. */
const mostLogits = 2 ** 24;

/** How many vectors are decoded at once, by the size of the vocabulary. */
export function vectorsAtOnce({ dimensions }: Model): number {
  return Math.max(1, Math.floor(mostLogits / dimensions.vocabularySize));
}

/**
 * What the model's own end, its last norm and its head, makes of vectors. Each position is decoded by itself there, so
 * any vectors can stand side by side.
 * @param rows Of equally many vectors each, [position, width].
 * @param tokens At least as many as a row has vectors; which ones does not matter.
 * @returns for each row its logits, [position, vocabulary]
 */
export async function decode(
  model: Model,
  rows: readonly Float32Array[],
  tokens: readonly Token[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const { width } = model.dimensions;
  const count = rows[0]!.length / width;
  const data = new Float32Array(rows.length * count * width);
  for (const [i, row] of rows.entries()) data.set(row, i * row.length);
  const own = tokens.slice(0, count);
  const runs = await model.runBatch(
    rows.map(() => ({ tokens: own })),
    {
      ...{ capture: 'logits', answers: 'none' },
      given: { [endOfStream(model)]: tensor('F32', [rows.length, count, width], data) },
      ...(signal ? { signal } : {}),
    },
  );
  return runs.map((run) => run.activation('logits').data as Float32Array);
}
