import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readJsonObject } from '../json.js';
import { configFile } from '../weight-files.js';
import { openFiles } from './folder.js';
import { hasWeights, sizeOf } from './hub-cache.js';
import { type HubSettings, hubSettings } from './hub-settings.js';

/** A model in the Hub's cache that can be opened without a network. */
export interface CachedModel {
  /** `org/name` */
  readonly id: string;
  /** The branches and tags that stood for this commit when it was downloaded, e.g. `main`. */
  readonly revisions: readonly string[];
  readonly commit: string;
  /** Length of its files in bytes. */
  readonly size: number;
  readonly modelType: string;
}

/**
 * The checkpoints in the Hub's cache, those that other programs downloaded too: config and safetensors are there. What
 * cannot be read is passed over.
 */
export async function cachedModels(settings?: HubSettings): Promise<CachedModel[]> {
  const { cacheFolder } = settings ?? (await hubSettings());
  const models: CachedModel[] = [];
  for (const name of (await namesIn(cacheFolder)).sort()) {
    if (!name.startsWith('models--')) continue;
    const repository = join(cacheFolder, name);
    const revisions = await revisionsOf(repository);
    for (const commit of (await namesIn(join(repository, 'snapshots'))).sort()) {
      const snapshot = join(repository, 'snapshots', commit);
      const modelType = await modelTypeOf(snapshot);
      if (modelType === undefined || !(await hasWeights(snapshot))) continue;
      models.push({
        id: name.slice('models--'.length).replaceAll('--', '/'),
        revisions: revisions.get(commit) ?? [],
        commit,
        size: await folderSize(snapshot),
        modelType,
      });
    }
  }
  return models;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function revisionsOf(repository: string): Promise<Map<string, string[]>> {
  const refs = join(repository, 'refs');
  const entries = await readdir(refs, { withFileTypes: true, recursive: true }).catch(() => []);
  const revisions = new Map<string, string[]>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const commit = (await readFile(path, 'utf8').catch(() => '')).trim();
    const name = relative(refs, path).replaceAll('\\', '/');
    revisions.set(commit, [...(revisions.get(commit) ?? []), name].sort());
  }
  return revisions;
}

async function modelTypeOf(snapshot: string): Promise<string | undefined> {
  try {
    const { model_type } = await readJsonObject(openFiles(snapshot, [configFile]), configFile);
    return typeof model_type === 'string' ? model_type : undefined;
  } catch {
    return undefined;
  }
}

async function folderSize(folder: string): Promise<number> {
  const sizes = await Promise.all((await namesIn(folder)).map((name) => sizeOf(join(folder, name))));
  return sizes.reduce((sum: number, size) => sum + (size ?? 0), 0);
}
