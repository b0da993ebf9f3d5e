import { randomOf } from '../random.js';
import type { MetricDefinition } from './metric.js';
import { wholeValue } from './ranking.js';

/** Sets of features that are taken away together: random ones, or all where there are no more than this. */
export const sets = 32;

/**
 * E[(Σ scores of the features taken away − what the target loses)²] over random sets of features, where the scores are
 * first scaled by the β ≥ 0 that fits best (Yeh et al. 2019, https://arxiv.org/abs/1901.09392, with the normalisation of
 * Captum), as a share of E[loss²]: 0 where the scores predict every loss, 1 where they predict none.
 */
export const infidelity: MetricDefinition = {
  name: 'infidelity',
  title: 'Infidelity',
  summary: 'how badly sums of scores predict what the target loses without random sets of features',
  paper: 'https://arxiv.org/abs/1901.09392',
  better: 'lower',
  needs: 'target',
  async measure(scores, { game }) {
    const taken = setsOf(game.size);
    const whole = await wholeValue(game);
    const values = await game.values(taken.map((set) => set.map((one) => 1 - one)));
    const losses = values.map((value) => whole - value);
    return scores.map((each) => {
      const sums = taken.map((set) => set.reduce((sum, one, i) => sum + one * each[i]!, 0));
      return { value: unexplained(sums, losses) };
    });
  },
};

function setsOf(size: number): Uint8Array[] {
  const random = randomOf(0);
  const all = 2 ** size <= sets;
  return Array.from({ length: all ? 2 ** size : sets }, (_, set) =>
    Uint8Array.from({ length: size }, (_, i) => (all ? (set >> i) & 1 : Number(random.uniform() < 0.5))),
  );
}

/** Σ(β·sum − loss)² / Σ loss² with the best β ≥ 0; 1 where nothing is lost or all sums are 0. */
function unexplained(sums: readonly number[], losses: Float64Array): number {
  let [mixed, square, total] = [0, 0, 0];
  for (const [i, sum] of sums.entries()) {
    mixed += sum * losses[i]!;
    square += sum * sum;
    total += losses[i]! ** 2;
  }
  return mixed <= 0 || square === 0 || total === 0 ? 1 : Math.max(0, 1 - mixed ** 2 / (square * total));
}
