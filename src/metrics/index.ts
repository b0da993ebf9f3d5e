import { comprehensiveness } from './comprehensiveness.js';
import { decisionFlip } from './decision-flip.js';
import { deletion } from './deletion.js';
import { infidelity } from './infidelity.js';
import { insertion } from './insertion.js';
import { leaveOneOutAgreement } from './leave-one-out-agreement.js';
import { logOdds } from './log-odds.js';
import type { MetricDefinition } from './metric.js';
import { monotonicity } from './monotonicity.js';
import { sufficiency } from './sufficiency.js';

export type { Game, Measurement, MetricContext, MetricDefinition } from './metric.js';
export { type Plausibility, plausibility } from './plausibility.js';
export { kendallTau, spearmanRho } from './rank-correlation.js';
export { type Askable, type Depth, testExplanation, testPasses, verdictRule } from './verdict.js';

/** Every metric of an explanation alone, in alphabetical order. */
export const metrics: readonly MetricDefinition[] = [
  comprehensiveness,
  decisionFlip,
  deletion,
  infidelity,
  insertion,
  leaveOneOutAgreement,
  logOdds,
  monotonicity,
  sufficiency,
];
