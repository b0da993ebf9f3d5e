import type { MetricDefinition } from './metric.js';
import { ranking, walks } from './ranking.js';

/**
 * Features are put in from the least to the most important: the share of steps that do not lower the target (Arya et al.
 * 2019, AIX360, https://arxiv.org/abs/1909.03012).
 */
export const monotonicity: MetricDefinition = {
  name: 'monotonicity',
  title: 'Monotonicity',
  summary: 'share of steps that do not lower the target while features are put in, the least first',
  paper: 'https://arxiv.org/abs/1909.03012',
  better: 'higher',
  needs: 'target',
  async measure(scores, { game }) {
    const orders = scores.map((each) => ranking(each).reverse());
    const rows = await walks(game, orders, 'keep');
    return rows.map((values) => {
      const steps = values.slice(1).filter((value, i) => value >= values[i]!);
      return { value: steps.length / game.size };
    });
  },
};
