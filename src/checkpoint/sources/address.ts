import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { readIndex } from '../safetensors/index-file.js';
import { moduleFiles, readModuleFolders, sentenceFiles } from '../sentence-encoder.js';
import { tokenizerFiles } from '../tokenizer/tokenizer-files.js';
import { configFile, generationFile, indexFile, singleFile } from '../weight-files.js';
import { type AddressRequest, RangedFile } from './ranged-file.js';

/** How the files at an address are read. */
export interface AddressOptions extends AddressRequest {
  /** The files there. By default those that a checkpoint can have are asked for, one request each. */
  readonly names?: readonly string[] | undefined;
  /** SHA-256 in hexadecimal of files whose content is known; large files are then not sampled to tell which model they are. */
  readonly contentHashes?: Readonly<Record<string, string>> | undefined;
}

/**
 * The files of a checkpoint on a server, for browsers: any folder that a web server offers. They are read by HTTP ranges; a
 * server that gives no ranges is asked for whole files, once each.
 * @param base address of the folder, in a page also relative to it
 * @throws PellucidError `bad-input` for what is no address, `network`, `cancelled`.
 */
export async function openAddress(
  base: string | URL,
  options: AddressOptions = {},
): Promise<CheckpointFiles> {
  const folder = folderOf(base);
  const known = new Map<string, RangedFile>();
  const add = (name: string): RangedFile => {
    const file = new RangedFile(
      new URL(name.split('/').map(encodeURIComponent).join('/'), folder),
      name,
      options,
    );
    known.set(name, file);
    return file;
  };
  const find = (name: string): RangedFile => {
    const file = known.get(name);
    if (file) return file;
    throw new PellucidError('not-found', `there is no file ${name} at ${base}`);
  };
  const files = (): CheckpointFiles => ({
    id: String(base),
    names: [...known.keys()].sort(),
    size: async (name) => find(name).size(),
    read: async (name, start, end) => find(name).read(start, end),
    path: () => undefined,
    contentHash: (name) => options.contentHashes?.[name],
  });
  const addIfThere = async (name: string): Promise<void> => {
    if (!(await exists(add(name)))) known.delete(name);
  };
  if (options.names) {
    for (const name of options.names) add(name);
    return files();
  }
  await Promise.all(
    [
      ...new Set([configFile, generationFile, singleFile, indexFile, ...sentenceFiles, ...tokenizerFiles]),
    ].map(addIfThere),
  );
  const modules = await readModuleFolders(files());
  await Promise.all(modules.flatMap((module) => moduleFiles(module.folder)).map(addIfThere));
  if (known.has(indexFile) && !known.has(singleFile)) {
    for (const shard of new Set((await readIndex(files())).values())) add(shard);
  }
  return files();
}

async function exists(file: RangedFile): Promise<boolean> {
  try {
    await file.size();
    return true;
  } catch (error) {
    if (error instanceof PellucidError && error.code === 'not-found') return false;
    throw error;
  }
}

function folderOf(base: string | URL): URL {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  try {
    const url = new URL(base, page);
    url.pathname = url.pathname.replace(/\/?$/, '/');
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // Told below.
  }
  throw new PellucidError(
    'bad-input',
    `"${base}" is no address: give one that begins with https:// or http://.`,
  );
}
