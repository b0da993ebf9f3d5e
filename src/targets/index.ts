import type { TargetDefinition } from '../model/index.js';
import { classScore } from './class.js';
import { contrast } from './contrast.js';
import { crossEntropy } from './cross-entropy.js';
import { entropy } from './entropy.js';
import { logProbability } from './log-probability.js';
import { logit } from './logit.js';
import { margin } from './margin.js';
import { probability } from './probability.js';

/** Every scalar that can be explained. */
export const targets: readonly TargetDefinition[] = [
  classScore,
  contrast,
  crossEntropy,
  entropy,
  logProbability,
  logit,
  margin,
  probability,
];
