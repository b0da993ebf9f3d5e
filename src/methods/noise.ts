import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Question } from '../question/index.js';
import { embeddingShape, visitSlopes } from './slopes.js';
import { dotByPosition, type LengthName, lengthsByPosition, sumByFeature } from './token-scores.js';

/** Numbers at random, the same for the same seed (xoroshiro128+, Blackman and Vigna 2018). */
export interface RandomNumbers {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Normal with mean 0 and standard deviation 1. */
  normal(): number;
}

export function randomNumbers(seed: number): RandomNumbers {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  let spare: number | undefined;
  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    // Box and Muller (1958); 1 − u is never 0.
    const length = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = length * Math.sin(angle);
    return length * Math.cos(angle);
  };
  return { uniform, normal };
}

/** Indices of the features' embeddings among all numbers of the embeddings. */
export function movingIndices(question: Question): number[] {
  const [, width] = embeddingShape(question);
  return question.features.flatMap(({ positions }) =>
    positions.flatMap((position) => Array.from({ length: width }, (_, i) => position * width + i)),
  );
}

/** Standard deviation of all numbers in the features' embeddings. */
export function embeddingDeviation(question: Question): number {
  const values = movingIndices(question).map((i) => question.embeddings[i]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Scores that a gradient gives at one point: its length, or its product with the embedding. */
export const noisyBases = ['saliency', 'input-x-gradient'] as const;

/** How inputs are made noisy. */
export interface Noise {
  /** How many noisy inputs. */
  readonly samples: number;
  /** Standard deviation of the noise, as a share of that of the embeddings. */
  readonly noise: number;
  readonly base: (typeof noisyBases)[number];
  /** How saliency makes one number of a gradient. */
  readonly aggregate: LengthName;
}

/** The scores of the features at noisy inputs: a list for each sample. Only the embeddings of features are noisy. */
export async function noisyScores(
  question: Question,
  { samples, noise, base, aggregate }: Noise,
): Promise<Float64Array[]> {
  const { embeddings, tokens, seed } = question;
  const { normal } = randomNumbers(seed);
  const moving = movingIndices(question);
  const deviation = noise * embeddingDeviation(question);
  const inputs = new Map<number, Float32Array>();
  const found: Float64Array[] = [];
  await visitSlopes(question, {
    shape: embeddingShape(question),
    count: samples,
    point: (sample, row) => {
      row.set(embeddings);
      for (const i of moving) row[i]! += deviation * normal();
      inputs.set(sample, row);
    },
    visit: (sample, _value, slope) => {
      const byPosition =
        base === 'saliency'
          ? lengthsByPosition(slope, tokens.length, aggregate)
          : dotByPosition(inputs.get(sample)!, slope, tokens.length);
      inputs.delete(sample);
      found.push(sumByFeature(question, byPosition));
    },
  });
  return found;
}

/** Mean and standard error of the mean, for each feature. */
export function meanOf(samples: readonly ArrayLike<number>[]): {
  readonly mean: Float64Array;
  readonly standardError: Float64Array;
} {
  const count = samples.length;
  const features = samples[0]!.length;
  const mean = new Float64Array(features);
  const standardError = new Float64Array(features);
  for (let i = 0; i < features; i++) {
    for (const sample of samples) mean[i]! += sample[i]! / count;
    const squares = samples.reduce((sum, sample) => sum + (sample[i]! - mean[i]!) ** 2, 0);
    standardError[i] = Math.sqrt(squares / (count - 1) / count);
  }
  return { mean, standardError };
}
