import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Coalition } from '../../question/index.js';
import { counted, type Game, membersOf } from './game.js';
import { fitLocalModel, type LocalFit, type LocalModel, type Sample } from './local-model.js';

/** What is sampled, and what is fitted to it. */
export interface LimeSettings extends LocalModel {
  readonly samples: number;
  readonly kernelWidth: number;
  readonly seed: number;
}

/** Fits to samples drawn anew from the samples; their spread is the standard error. */
const resamples = 50;

/**
 * A linear model of the game, fitted to random coalitions which weigh the more the nearer they are to that of all (LIME;
 * Ribeiro et al. 2016, https://arxiv.org/abs/1602.04938). Standard errors by the bootstrap.
 */
export async function limeModel(
  game: Game,
  { samples, kernelWidth, seed, kind, alpha }: LimeSettings,
): Promise<LocalFit & { standardError: Float64Array; note: string }> {
  const { size } = game;
  const random = xoroshiro128plus(seed);
  const coalitions = Array.from({ length: samples }, () =>
    Uint8Array.from({ length: size }, () => uniformInt(random, 0, 1)),
  );
  const values = await game.values(coalitions);
  const drawn = coalitions.map((coalition, i): Sample => {
    return { coalition, value: values[i]!, weight: nearness(coalition, kernelWidth) };
  });
  const fit = fitLocalModel(drawn, size, { kind, alpha });
  const mean = new Float64Array(size);
  const squares = new Float64Array(size);
  for (let done = 1; done <= resamples; done++) {
    const again = drawn.map(() => drawn[uniformInt(random, 0, samples - 1)]!);
    for (const [i, coefficient] of fitLocalModel(again, size, { kind, alpha }).coefficients.entries()) {
      const deviation = coefficient - mean[i]!;
      mean[i]! += deviation / done;
      squares[i]! += deviation * (coefficient - mean[i]!);
    }
  }
  return {
    ...fit,
    standardError: squares.map((sum) => Math.sqrt(sum / (resamples - 1))),
    note: `${kind} fitted to ${counted(samples)} random coalitions of ${counted(size)} features`,
  };
}

/** exp(−d² / 2 width²), d being the cosine distance to the coalition of all: 1 − √(members / size). */
export function nearness(coalition: Coalition, width: number): number {
  const distance = 1 - Math.sqrt(membersOf(coalition) / coalition.length);
  return Math.exp(-(distance ** 2) / (2 * width ** 2));
}
