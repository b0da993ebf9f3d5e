import { PellucidError } from '../../errors.js';
import type { Precision } from '../../explanations/index.js';
import type { Model } from '../model.js';

/** What is read to compare: as long as a short question, of common words. */
export const comparedText =
  'The cat sat on the mat near the open door, and the dog lay in the garden because it was warm. ' +
  'When the rain began, both of them ran into the house.';

/**
 * How far a model whose weights are in 8 bits is from the same with the weights of its files, on a built-in text.
 * @param exact the model with the weights as they are; closed when it is no more needed
 */
export async function measurePrecision(
  exact: Model,
  rounded: Model,
  signal?: AbortSignal | undefined,
): Promise<Precision> {
  const answers = exact.hooks.includes('logits');
  const hook = answers ? 'logits' : exact.hooks.findLast((name) => name.endsWith('hook_resid_post'))!;
  // Block by block, so that opening takes no more memory than what the rounding is to save.
  const memory = 'low';
  const wanted = { capture: hook, answers: 'none', truncate: true, memory, signal } as const;
  const ids = Array.from({ length: 32 }, (_, i) => (i * 7919 + 13) % exact.dimensions.vocabularySize);
  const read = async (model: Model) => {
    const run = await model.run(comparedText, wanted).catch((error: unknown) => {
      if (error instanceof PellucidError && error.code === 'cancelled') throw error;
      // Without a tokenizer there are ids only.
      return model.run({ tokenIds: ids }, wanted);
    });
    return run.activation(hook);
  };
  const before = await read(exact);
  await exact.close();
  const after = await read(rounded);
  const width = before.shape.at(-1)!;
  const [a, b] = [before.data as Float32Array, after.data as Float32Array];
  const { relative, largest } = distance(a, b, width);
  const rows = a.length / width;
  const same = answers && width > 1 ? sameLargest(a, b, width) : null;
  return { weights: 'int8', relativeError: relative, largestError: largest, rows, sameAnswers: same };
}

/** Root mean square and largest of the differences, as shares of the numbers' spread around the mean of their row. */
function distance(a: Float32Array, b: Float32Array, width: number) {
  let [spread, squares, largest] = [0, 0, 0];
  for (let start = 0; start < a.length; start += width) {
    let mean = 0;
    for (let i = start; i < start + width; i++) mean += a[i]! / width;
    // A single number has no spread of its own.
    if (width === 1) mean = 0;
    for (let i = start; i < start + width; i++) {
      const error = Math.abs(a[i]! - b[i]!);
      spread += (a[i]! - mean) ** 2;
      squares += error ** 2;
      largest = Math.max(largest, error);
    }
  }
  const scale = Math.sqrt(spread / a.length) || 1;
  return { relative: Math.sqrt(squares / a.length) / scale, largest: largest / scale };
}

/** In how many rows the largest number stands in the same place. */
function sameLargest(a: Float32Array, b: Float32Array, width: number): number {
  let same = 0;
  for (let start = 0; start < a.length; start += width) {
    const [x, y] = [a.subarray(start, start + width), b.subarray(start, start + width)];
    if (indexOfLargest(x) === indexOfLargest(y)) same += 1;
  }
  return same;
}

function indexOfLargest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
