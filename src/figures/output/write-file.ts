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

/** The extension of a path in lower case, with its dot; empty where there is none. */
export function extensionOf(path: string): string {
  return /\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? '';
}

/**
 * Writes a file whole or not at all: into a neighbour first, which then takes the name.
 * @param content in one piece, or in pieces that are written as they come
 * @throws PellucidError `output` when that fails, with the reason.
 */
export async function writeFile(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array>,
): Promise<void> {
  // Loaded when needed, so that figures also run where there is no file system.
  const files = await import('node:fs/promises');
  const draft = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.part`;
  try {
    await files.writeFile(draft, content);
    await files.rename(draft, path);
  } catch (error) {
    await files.rm(draft, { force: true }).catch(() => {});
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new PellucidError(
      'output',
      `Cannot write ${path}: ${reasons[code] ?? code}; choose another path, or make this one writable.`,
      { cause: error },
    );
  }
}
