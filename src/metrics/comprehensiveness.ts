import type { MetricDefinition } from './metric.js';
import { countOf, eraserShares, ranking, valuesAt, wholeValue } from './ranking.js';

/**
 * f(x) − f(x without the top features), averaged over the top 1, 5, 10, 20 and 50 % (area over the perturbation curve;
 * DeYoung et al. 2020, ERASER, https://arxiv.org/abs/1911.03429, eq. 1).
 */
export const comprehensiveness: MetricDefinition = {
  name: 'comprehensiveness',
  title: 'Comprehensiveness',
  summary: 'what the target loses when the top features are taken away',
  paper: 'https://arxiv.org/abs/1911.03429',
  better: 'higher',
  needs: 'target',
  async measure(scores, { game }) {
    const whole = await wholeValue(game);
    const counts = eraserShares.map((share) => countOf(share, game.size));
    const rows = await valuesAt(game, scores.map(ranking), counts, 'remove');
    return rows.map((values) => ({
      value: values.reduce((sum, value) => sum + (whole - value), 0) / counts.length,
    }));
  },
};
