import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { PellucidError } from '../../errors.js';
import { readIndex } from '../safetensors/index-file.js';
import { readModuleFolders } from '../sentence-encoder.js';
import { configFile, indexFile, singleFile } from '../weight-files.js';
import { openFiles } from './folder.js';
import { diskError } from './hub-errors.js';

/**
 * One model in the cache that all Hugging Face programs of this user share, in the layout they share:
 * `models--org--name/blobs/<etag>`, `…/snapshots/<commit>/<file>` (a link to its blob) and `…/refs/<revision>` (a file
 * holding a commit).
 * @see https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export class CachedRepository {
  readonly folder: string;

  constructor(cacheFolder: string, id: string) {
    this.folder = join(cacheFolder, `models--${id.replaceAll('/', '--')}`);
  }

  snapshot(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  blob(etag: string): string {
    return join(this.folder, 'blobs', etag);
  }

  /** The commit that a revision stood for when it was last asked for; the revision itself where it is a commit. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (isCommit(revision)) return revision;
    const found = await readFile(join(this.folder, 'refs', revision), 'utf8').catch(() => '');
    return isCommit(found.trim()) ? found.trim() : undefined;
  }

  /** Remembers the commit of a branch or tag; written beside and renamed, so that nobody reads half of it. */
  async keepRevision(revision: string, commit: string): Promise<void> {
    if (isCommit(revision) || (await this.commitOf(revision)) === commit) return;
    const path = join(this.folder, 'refs', revision);
    await onDisk(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      const beside = `${path}.${randomUUID()}.tmp`;
      await writeFile(beside, commit);
      await rename(beside, path);
    });
  }

  /** Whether a snapshot holds a file of that size. */
  async has(commit: string, name: string, size: number): Promise<boolean> {
    return (await sizeOf(join(this.snapshot(commit), name))) === size;
  }

  /** Whether the content itself is there, perhaps for another snapshot. */
  async hasBlob(etag: string, size: number): Promise<boolean> {
    return (await sizeOf(this.blob(etag))) === size;
  }

  /**
   * Makes a blob a file of a snapshot: a link, or the blob itself where links are off or not to be had (Windows). A link
   * is made beside its place and renamed, so that whoever else opens the snapshot meanwhile never misses the file.
   */
  async place(etag: string, commit: string, name: string, links: boolean): Promise<void> {
    const path = join(this.snapshot(commit), name);
    const beside = `${path}.${randomUUID()}.tmp`;
    await onDisk(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      const linked = links && (await link(relative(dirname(path), this.blob(etag)), beside));
      await rename(linked ? beside : this.blob(etag), path);
    });
  }

  async makeBlobFolder(): Promise<void> {
    const folder = join(this.folder, 'blobs');
    await onDisk(folder, () => mkdir(folder, { recursive: true }));
  }
}

/**
 * Whether a snapshot can be opened with no further download: it has its config, all its weights and a tokenizer.
 * Files that other programs did not need may be missing from it.
 */
export async function isComplete(snapshot: string): Promise<boolean> {
  const names = await readdir(snapshot).catch((): string[] => []);
  const has = async (name: string): Promise<boolean> => (await sizeOf(join(snapshot, name))) !== undefined;
  if (!(await has(configFile)) || !(await has('tokenizer_config.json'))) return false;
  if (!['tokenizer.json', 'vocab.txt', 'vocab.json'].some((name) => names.includes(name))) return false;
  return (await hasModules(snapshot, names)) && hasWeights(snapshot);
}

/** Whether the modules of a sentence encoder are all there; what a list of them has that is strange is told later. */
async function hasModules(snapshot: string, names: readonly string[]): Promise<boolean> {
  const modules = await readModuleFolders(openFiles(snapshot, names)).catch(() => []);
  const configs = modules
    .filter(({ type }) => type !== 'Normalize')
    .map(({ folder }) => `${folder}/config.json`);
  const sizes = await Promise.all(configs.map((name) => sizeOf(join(snapshot, name))));
  return sizes.every((size) => size !== undefined);
}

/** Whether the weights of a snapshot are all there. */
export async function hasWeights(snapshot: string): Promise<boolean> {
  if ((await sizeOf(join(snapshot, singleFile))) !== undefined) return true;
  try {
    const shards = new Set((await readIndex(openFiles(snapshot, [indexFile]))).values());
    const sizes = await Promise.all([...shards].map((shard) => sizeOf(join(snapshot, shard))));
    return sizes.every((size) => size !== undefined);
  } catch {
    return false;
  }
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Length of a file in bytes, links followed; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
}

async function link(target: string, path: string): Promise<boolean> {
  return symlink(target, path).then(
    () => true,
    () => false,
  );
}

async function onDisk(path: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    throw cause instanceof PellucidError ? cause : diskError(cause, path);
  }
}
