/** What bundlers for browsers put in the place of `../write-file.ts` (the field `browser` of package.json). */
import { PellucidError } from '../../../errors.js';
import type { writeFile as inNode } from '../write-file.js';

/** @throws PellucidError `unsupported`, always. */
export const writeFile: typeof inNode = async (path) => {
  throw new PellucidError(
    'unsupported',
    `${path} cannot be written: a browser has no file system; offer the svg as a download instead.`,
  );
};
