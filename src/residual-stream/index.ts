import { directLogitAttribution } from './direct-logit-attribution.js';
import { logitLens } from './logit-lens.js';
import type { ReadingDefinition } from './reading.js';
import { tunedLens } from './tuned-lens.js';

export { contributions } from './direct-logit-attribution.js';
export { type LensOptions, lens } from './lens.js';
export { type ContributionsOptions, type ContributionUnit, contributionUnits } from './linear-end.js';
export type { ReadingDefinition } from './reading.js';
export { type LensPlace, lensPlaces } from './stream-places.js';
export { type TrainingOptions, trainTunedLens } from './train-tuned-lens.js';
export { identityLens, openTunedLens, type TunedLens, tunedLensFiles } from './tuned-lens.js';

/** Every way to read the residual stream, in alphabetical order. */
export const readings: readonly ReadingDefinition[] = [directLogitAttribution, logitLens, tunedLens];
