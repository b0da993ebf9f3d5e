import type { MetricDefinition } from './metric.js';
import { ranking, walks } from './ranking.js';

/**
 * The smallest share of top features whose removal changes the model's answer (Chrysostomou and Aletras 2021,
 * https://arxiv.org/abs/2105.02657; Serrano and Smith 2019). 1 where taking away all but the last changes nothing.
 */
export const decisionFlip: MetricDefinition = {
  name: 'decision-flip',
  title: 'Decision flip',
  summary: 'smallest share of top features whose removal changes the answer',
  paper: 'https://arxiv.org/abs/1906.03731',
  better: 'lower',
  needs: 'decision',
  async measure(scores, { margin: game }) {
    const rows = await walks(game!, scores.map(ranking), 'remove');
    return rows.map((margins) => {
      const flip = margins.findIndex((margin) => margin <= 0);
      return { value: flip < 0 ? 1 : flip / game!.size };
    });
  },
};
