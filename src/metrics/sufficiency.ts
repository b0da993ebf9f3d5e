import type { MetricDefinition } from './metric.js';
import { countOf, eraserShares, ranking, valuesAt, wholeValue } from './ranking.js';

/**
 * f(x) − f(the top features alone), averaged over the top 1, 5, 10, 20 and 50 % (DeYoung et al. 2020, ERASER,
 * https://arxiv.org/abs/1911.03429, eq. 2).
 */
export const sufficiency: MetricDefinition = {
  name: 'sufficiency',
  title: 'Sufficiency',
  summary: 'what the target loses when only the top features are kept',
  paper: 'https://arxiv.org/abs/1911.03429',
  better: 'lower',
  needs: 'target',
  async measure(scores, { game }) {
    const whole = await wholeValue(game);
    const counts = eraserShares.map((share) => countOf(share, game.size));
    const rows = await valuesAt(game, scores.map(ranking), counts, 'keep');
    return rows.map((values) => ({
      value: values.reduce((sum, value) => sum + (whole - value), 0) / counts.length,
    }));
  },
};
