import type { TargetDefinition } from '../model/index.js';
import { classScore } from './class.js';
import { continuation } from './continuation.js';
import { contrast } from './contrast.js';
import { contrastContinuation } from './contrast-continuation.js';
import { crossEntropy } from './cross-entropy.js';
import { entropy } from './entropy.js';
import { kl } from './kl.js';
import { logProbability } from './log-probability.js';
import { logit } from './logit.js';
import { margin } from './margin.js';
import { probability } from './probability.js';
import { similarity } from './similarity.js';
import { spanEnd } from './span-end.js';
import { spanStart } from './span-start.js';

/** Every scalar that can be explained. */
export const targets: readonly TargetDefinition[] = [
  classScore,
  continuation,
  contrast,
  contrastContinuation,
  crossEntropy,
  entropy,
  kl,
  logProbability,
  logit,
  margin,
  probability,
  similarity,
  spanEnd,
  spanStart,
];
