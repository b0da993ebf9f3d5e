import { maskedIsZero, mixedValues, rowsSumToOne, zeroedHead } from './attention.js';
import type { Check } from './check.js';
import { cachedSteps, seesNothingLater } from './continuation.js';
import { gradientOfLogit } from './gradient.js';
import { patchEverything, patchNothing, sweptVariants } from './interventions.js';
import { attentionAdds, blocksFollow, mlpAdds } from './residual-stream.js';
import { batched, blockByBlock, lookingChangesNothing, paddedLeft, paddedRight } from './same-text.js';

/** The identities of the numerical contract that need no reference, in the order in which they are shown. */
export const checks: readonly Check[] = [
  rowsSumToOne,
  maskedIsZero,
  mixedValues,
  attentionAdds,
  mlpAdds,
  blocksFollow,
  seesNothingLater,
  lookingChangesNothing,
  patchNothing,
  patchEverything,
  zeroedHead,
  sweptVariants,
  batched,
  paddedLeft,
  paddedRight,
  blockByBlock,
  cachedSteps,
  gradientOfLogit,
];
