import { type Dirent, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { isModuleFolder, moduleFiles, sentenceFiles } from '../sentence-encoder.js';

/**
 * The files of a checkpoint in a folder on this machine; of its subfolders only
 * the modules of a sentence encoder are seen. Symbolic links are
 * followed, so a snapshot folder of the Hub's cache works.
 * @param folder path of the folder
 * @param id what the user asked for, for results and messages
 * @throws PellucidError `not-found` when there is no such folder, `bad-input` when it is a file or cannot be read.
 */
export async function openFolder(folder: string, id = folder): Promise<CheckpointFiles> {
  return openFiles(folder, await fileNames(folder), { id });
}

/**
 * The named files of a folder as a checkpoint's files.
 * @param id what the user asked for
 */
export function openFiles(
  folder: string,
  names: readonly string[],
  { id = folder, revision }: { readonly id?: string; readonly revision?: string } = {},
): CheckpointFiles {
  const known = new Set(names);
  const pathOf = (name: string): string => {
    if (!known.has(name)) throw new PellucidError('not-found', `there is no file ${name} in ${id}`);
    return join(folder, name);
  };
  return {
    id,
    ...(revision === undefined ? {} : { revision }),
    names: [...names].sort(),
    size: async (name) => (await fromDisk(name, id, () => stat(pathOf(name)))).size,
    read: async (name, start, end) => fromDisk(name, id, () => readRange(pathOf(name), name, start, end)),
    path: (name) => realpathSync(pathOf(name)),
    contentHash: (name) => hashInCache(pathOf(name)),
  };
}

/**
 * The Hub's cache names each large file by the SHA-256 of its content, so that it need not be computed again. Only one
 * link is followed: a blob may itself be a link into a store shared by several caches.
 */
function hashInCache(path: string): string | undefined {
  if (!lstatSync(path).isSymbolicLink()) return undefined;
  const blob = readlinkSync(path);
  return /[\\/]blobs[\\/][0-9a-f]{64}$/.test(blob) ? basename(blob) : undefined;
}

async function fileNames(folder: string): Promise<string[]> {
  const found = await stat(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
      throw new PellucidError('not-found', `there is no folder ${resolve(folder)}`, { cause });
    }
    throw unreadable(folder, cause);
  });
  if (!found.isDirectory()) {
    throw new PellucidError(
      'bad-input',
      `${folder} is a file; give the folder that holds the checkpoint: ${dirname(resolve(folder))}`,
    );
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(folder, cause);
  });
  return namesAmong(folder, entries);
}

/** The files of a folder, and where there is a sentence encoder those of its modules. */
export async function namesAmong(folder: string, entries: readonly Dirent[]): Promise<string[]> {
  const names: string[] = [];
  const isFile = async (entry: Dirent): Promise<boolean> =>
    entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(join(folder, entry.name))));
  for (const entry of entries) if (await isFile(entry)) names.push(entry.name);
  if (!names.some((name) => sentenceFiles.includes(name))) return names;
  const modules = entries.filter((entry) => entry.isDirectory() && isModuleFolder(entry.name));
  for (const name of modules.flatMap((entry) => moduleFiles(entry.name))) {
    if (await leadsToFile(join(folder, name))) names.push(name);
  }
  return names;
}

async function leadsToFile(link: string): Promise<boolean> {
  return realpath(link)
    .then(stat)
    .then((target) => target.isFile())
    .catch(() => false);
}

async function readRange(path: string, name: string, start = 0, end?: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const stop = end ?? size;
    if (start < 0 || stop < start || stop > size) {
      throw new PellucidError(
        'bad-checkpoint',
        `${name} is ${size} bytes long, and bytes ${start} to ${stop} were needed`,
      );
    }
    const bytes = new Uint8Array(stop - start);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
      if (bytesRead === 0)
        throw new PellucidError('bad-checkpoint', `${name} became shorter while it was read`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function fromDisk<T>(name: string, id: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof PellucidError) throw cause;
    throw unreadable(join(id, name), cause as NodeJS.ErrnoException);
  }
}

function unreadable(path: string, cause: NodeJS.ErrnoException): PellucidError {
  return new PellucidError('bad-input', `${path} cannot be read (${cause.code ?? cause.message})`, { cause });
}
