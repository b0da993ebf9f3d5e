/** What bundlers for browsers put in the place of `../png.ts` (the field `browser` of package.json). */
import { PellucidError } from '../../../errors.js';
import type { rasterise as inNode } from '../png.js';

/** @throws PellucidError `unsupported`, always. */
export const rasterise: typeof inNode = async () => {
  throw new PellucidError('unsupported', 'PNG pictures are made in Node only: in a browser show the svg.');
};
