import { PellucidError } from '../../errors.js';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
};

/** A file's content, in one piece or in pieces that are written as they come. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

/**
 * Writes a file whole or not at all: into a neighbour first, which then takes the name.
 * @throws PellucidError `output` when that fails, with the reason.
 */
export function writeFile(path: string, content: FileContent): Promise<void> {
  return writeFiles([{ path, content }]);
}

/**
 * Writes files that belong together: no file takes its name before all are written.
 * @throws PellucidError `output` when that fails, with the reason.
 */
export async function writeFiles(
  all: readonly { readonly path: string; readonly content: FileContent }[],
): Promise<void> {
  // Loaded when needed, so that figures also run where there is no file system.
  const files = await import('node:fs/promises');
  const mark = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  const draftOf = (path: string) => `${path}.${mark}.part`;
  const orRefuse = async (path: string, work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      for (const { path } of all) await files.rm(draftOf(path), { force: true }).catch(() => {});
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new PellucidError(
        'output',
        `Cannot write ${path}: ${reasons[code] ?? code}; choose another path, or make this one writable.`,
        { cause: error },
      );
    }
  };
  for (const { path, content } of all) await orRefuse(path, files.writeFile(draftOf(path), content));
  for (const { path } of all) await orRefuse(path, files.rename(draftOf(path), path));
}
