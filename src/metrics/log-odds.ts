import type { MetricDefinition } from './metric.js';
import { countOf, ranking, valuesAt, wholeValue } from './ranking.js';

/**
 * log P(without the top 20 %) − log P(whole input), for the explained answer (Shrikumar et al. 2017; as in DIG, Sanyal
 * and Ren 2021, https://arxiv.org/abs/2108.13654). Below 0 where the top features matter.
 */
export const logOdds: MetricDefinition = {
  name: 'log-odds',
  title: 'Log-odds',
  summary: 'change of log P of the answer when the top 20 % of the features are taken away',
  paper: 'https://arxiv.org/abs/2108.13654',
  better: 'lower',
  needs: 'probability',
  async measure(scores, { logProbability: game }) {
    const whole = await wholeValue(game!);
    const rows = await valuesAt(game!, scores.map(ranking), [countOf(0.2, game!.size)], 'remove');
    return rows.map(([value]) => ({ value: value! - whole }));
  },
};
