import { PellucidError } from '../errors.js';
import { ranking } from './ranking.js';

/** How far scores agree with what people marked; not whether they are true of the model. */
export interface Plausibility {
  /** F1 of the top features, as many as people marked, against those. */
  readonly tokenF1: number;
  /** Size of the intersection of the two over that of their union. */
  readonly iou: number;
  /** Area under the curve of precision over recall, by the trapezoid rule, as scores are taken from the highest. */
  readonly auprc: number;
}

/**
 * Compares scores with a rationale that people gave (DeYoung et al. 2020, ERASER, https://arxiv.org/abs/1911.03429, §4.1).
 * @param marked for each feature whether people marked it
 * @throws PellucidError `bad-input` where the lengths differ, or no or every feature is marked.
 */
export function plausibility(scores: ArrayLike<number>, marked: readonly boolean[]): Plausibility {
  const wanted = marked.filter(Boolean).length;
  if (scores.length !== marked.length || wanted === 0 || wanted === marked.length) {
    throw new PellucidError(
      'bad-input',
      `A rationale marks some and not all of the ${scores.length} features; ${wanted} of ${marked.length} are marked.`,
    );
  }
  const order = ranking(scores);
  const hits = order.slice(0, wanted).filter((feature) => marked[feature]).length;
  return {
    tokenF1: hits / wanted,
    iou: hits / (2 * wanted - hits),
    auprc: areaUnderCurve(scores, order, marked),
  };
}

function areaUnderCurve(
  scores: ArrayLike<number>,
  order: readonly number[],
  marked: readonly boolean[],
): number {
  const wanted = marked.filter(Boolean).length;
  let [hits, area, recall, precision] = [0, 0, 0, 1];
  for (const [i, feature] of order.entries()) {
    hits += Number(marked[feature]);
    const next = order[i + 1];
    // Features of equal score are taken together.
    if (next !== undefined && scores[next] === scores[feature]) continue;
    const [newRecall, newPrecision] = [hits / wanted, hits / (i + 1)];
    area += ((newRecall - recall) * (precision + newPrecision)) / 2;
    [recall, precision] = [newRecall, newPrecision];
    if (hits === wanted) break;
  }
  return area;
}
