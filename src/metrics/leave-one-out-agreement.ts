import type { MetricDefinition } from './metric.js';
import { kendallTau } from './rank-correlation.js';
import { coalitionOf, wholeValue } from './ranking.js';

/**
 * Kendall's τ-b between the scores and what the target loses when each feature alone is taken away (Jain and Wallace
 * 2019, https://arxiv.org/abs/1902.10186).
 */
export const leaveOneOutAgreement: MetricDefinition = {
  name: 'leave-one-out-agreement',
  title: 'Agreement with leave-one-out',
  summary: 'rank correlation (τ) of the scores with the effect of taking each feature away',
  paper: 'https://arxiv.org/abs/1902.10186',
  better: 'higher',
  needs: 'target',
  async measure(scores, { game }) {
    const whole = await wholeValue(game);
    const features = Array.from({ length: game.size }, (_, i) => i);
    const without = features.map((feature) => {
      const order = [feature, ...features.filter((other) => other !== feature)];
      return coalitionOf(order, 1, false);
    });
    const values = await game.values(without);
    const effects = values.map((value) => whole - value);
    return scores.map((each) => ({ value: kendallTau(each, effects) }));
  },
};
