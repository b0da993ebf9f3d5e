import type { AttentionMap } from '../../attention-maps/index.js';
import { rowOf } from '../../attention-maps/index.js';
import type { Question } from '../../question/index.js';
import type { Attributed } from '../method.js';
import { sumByFeature } from '../token-scores.js';

/** Hook point of what leaves a block, its closing norm included where it has one, the model's last norm not. */
export function outputHook({ model }: Pick<Question, 'model'>, layer: number): string {
  const closed = `blocks.${layer}.hook_normalized_resid_post`;
  return model.hooks.includes(closed) ? closed : `blocks.${layer}.hook_resid_post`;
}

/**
 * The positions of the last layer that the target is read from: its own, all of a sum over several, or, where a classifier answers for the whole text,
 * those whose last value moves the target: the first token, the last one, or all that are averaged.
 */
export async function readPositions(question: Question): Promise<number[]> {
  const { model, tokens, target, record, signal } = question;
  if (record.places) return [...record.places];
  if (record.position !== null) return [record.position];
  const hook = outputHook(question, model.dimensions.layers - 1);
  const cancel = signal ? { signal } : {};
  const run = await model.run({ tokens }, { capture: [], gradient: { target, of: hook }, ...cancel });
  const slopes = run.gradient(hook).data as Float32Array;
  const width = slopes.length / tokens.length;
  const moving = [...tokens.keys()].filter((position) =>
    slopes.subarray(position * width, (position + 1) * width).some((slope) => slope !== 0),
  );
  return moving.length > 0 ? moving : [...tokens.keys()];
}

/** The mean of some rows of a map: what the positions that a target is read from draw from each source. */
export function meanRow(map: AttentionMap, destinations: readonly number[]): Float64Array {
  const mean = new Float64Array(map.sources);
  for (const destination of destinations) {
    for (const [source, weight] of rowOf(map, destination).entries())
      mean[source]! += weight / destinations.length;
  }
  return mean;
}

/** Scores of features from scores of tokens, and how they came about. */
export function rowScores(
  question: Question,
  tokenScores: ArrayLike<number>,
  destinations: readonly number[],
  how: string,
): Pick<Attributed, 'scores' | 'aggregation'> {
  const rows =
    destinations.length === 1
      ? `row of position ${destinations[0]}`
      : `mean over the rows of ${destinations.length} positions`;
  return {
    scores: sumByFeature(question, tokenScores),
    aggregation: `${rows}, ${how}, summed over the tokens of a feature`,
  };
}
