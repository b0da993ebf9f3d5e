import type { MetricDefinition } from './metric.js';
import { areaUnder, curveOf, ranking, walks } from './ranking.js';

/**
 * Area under the target as features are put in, the top ones first, by the trapezoid rule (Petsiuk et al. 2018, RISE,
 * https://arxiv.org/abs/1806.07421).
 */
export const insertion: MetricDefinition = {
  name: 'insertion',
  title: 'Insertion curve',
  summary: 'mean of the target while features are put in, the top ones first',
  paper: 'https://arxiv.org/abs/1806.07421',
  better: 'higher',
  needs: 'target',
  async measure(scores, { game }) {
    const rows = await walks(game, scores.map(ranking), 'keep');
    return rows.map((values) => ({ value: areaUnder(values), curve: curveOf(values) }));
  },
};
