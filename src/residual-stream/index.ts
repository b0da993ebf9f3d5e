import { logitLens } from './logit-lens.js';
import type { ReadingDefinition } from './reading.js';

export { type LensOptions, lens } from './lens.js';
export type { ReadingDefinition } from './reading.js';
export { type LensPlace, lensPlaces } from './stream-places.js';

/** Every way to read the residual stream, in alphabetical order. */
export const readings: readonly ReadingDefinition[] = [logitLens];
