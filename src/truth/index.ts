import { additive } from './additive.js';
import { andGate } from './and-gate.js';
import { decoyHeads } from './decoy-heads.js';
import { induction } from './induction.js';
import { inductionOneHead } from './induction-one-head.js';
import { inductionTwoHeads } from './induction-two-heads.js';
import { linear } from './linear.js';
import { orGate } from './or-gate.js';
import { plantedToken } from './planted-token.js';
import type { TruthDefinition } from './truth.js';
import { twoHops } from './two-hops.js';

export { gradeRanking, gradeValues, type RankingGrade, type ValueGrade } from './grades.js';
export { type TruthDefinition, type TruthExample, truthModel } from './truth.js';

/** Every model whose answer is known, in alphabetical order. */
export const truths: readonly TruthDefinition[] = [
  additive,
  andGate,
  decoyHeads,
  induction,
  inductionOneHead,
  inductionTwoHeads,
  linear,
  orGate,
  plantedToken,
  twoHops,
];
