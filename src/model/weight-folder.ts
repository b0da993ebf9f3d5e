import type { CheckpointFiles } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';

/** Where a runtime finds the weight files: one folder, and each file's place below it. */
export interface WeightFolder {
  readonly folder: string;
  /** Location of a checkpoint file relative to the folder, with forward slashes. */
  locate(file: string): string;
}

/**
 * The deepest folder that holds all the given files, symbolic links resolved: the runtime follows no link out of its
 * weights folder, and the Hub's cache stores a file as a link to a blob elsewhere.
 * @throws PellucidError `unsupported` when the files are not on this machine's disk or share no folder.
 */
export function weightFolder(files: CheckpointFiles, names: Iterable<string>): WeightFolder {
  const parts = new Map<string, string[]>();
  for (const name of names) {
    const path = files.path(name);
    if (path === undefined)
      throw new PellucidError('unsupported', `${name} of ${files.id} is not on this machine's disk.`);
    parts.set(name, path.split(/[\\/]/));
  }
  const all = [...parts.values()];
  const shared = all[0] ?? [];
  let depth = Math.max(0, shared.length - 1);
  while (
    depth > 0 &&
    !all.every((path) => path.length > depth && path.slice(0, depth).every((part, i) => part === shared[i]))
  ) {
    depth -= 1;
  }
  if (depth === 0)
    throw new PellucidError(
      'unsupported',
      `The weight files of ${files.id} lie on different drives: put them into one folder.`,
    );
  return {
    folder: shared.slice(0, depth).join('/') || '/',
    locate: (file) => parts.get(file)!.slice(depth).join('/'),
  };
}
