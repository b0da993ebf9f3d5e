import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { CheckpointFiles } from '../checkpoint/index.js';
import type { AddPlace, ListedModel, ModelAdder, ModelSource } from '../client/index.js';
import { PellucidError } from '../errors.js';
import type { Model } from '../model/index.js';
import { version } from './version.js';

export interface ModelSourceOptions {
  /** Opens one of them. */
  readonly load: (name: string, signal: AbortSignal) => Promise<Model>;
  /** Whether nothing may be asked of the Hub. */
  readonly offline?: boolean | undefined;
}

/**
 * What a page may open: the models that were named when it was started, those that are bundled, those in the Hub's cache, and
 * what the person adds since: folders, and models of the Hub.
 */
export async function modelSource(
  named: readonly string[],
  { load, offline = false }: ModelSourceOptions,
): Promise<Omit<ModelSource, 'first'>> {
  const { bundledModels, cachedModels, hubSettings } = await import('../checkpoint/index.js');
  const { architectures } = await import('../model/index.js');
  const known = new Set(architectures.map(({ modelType }) => modelType));
  const settings = await hubSettings();
  const added: string[] = [];
  return {
    version: version(),
    adds: adder(added, offline || settings.offline ? null : settings.endpoint),
    load: (name, signal = new AbortController().signal) => load(name, signal),
    async list(): Promise<ListedModel[]> {
      const bundled = await bundledModels();
      const cached = (await cachedModels()).filter(({ modelType }) => known.has(modelType));
      const all: ListedModel[] = [
        ...[...named, ...added].map((name) => ({ name, title: name, modelType: '', from: 'named' as const })),
        ...bundled.map(({ name, title, modelType }) => ({
          name,
          title,
          modelType,
          from: 'bundled' as const,
        })),
        ...cached.map(({ id, modelType }) => ({ name: id, title: id, modelType, from: 'cache' as const })),
      ];
      return all.filter(({ name }, i) => all.findIndex((other) => other.name === name) === i);
    },
  };
}

/** Adds to the names that may be opened. @param hub address of the Hub; null where it is not to be asked */
function adder(added: string[], hub: string | null): ModelAdder {
  const known = (name: string, modelType: string, from: ListedModel['from']): ListedModel => {
    if (from === 'named' && !added.includes(name)) added.push(name);
    return { name, title: name, modelType, from };
  };
  return {
    places: hub === null ? ['folder'] : ['hub', 'folder'],
    hub,
    async add(from: AddPlace, name, { signal, onProgress }) {
      const { openHub } = await import('../checkpoint/index.js');
      if (from === 'folder') {
        const folder = pathOf(name);
        return known(folder, await modelTypeOf(folder), 'named');
      }
      const files = await openHub(name, {
        signal,
        onProgress: ({ overall }) =>
          onProgress?.({ done: overall.received, total: overall.total, part: 'download' }),
      });
      return known(name, await typeOf(files), 'cache');
    },
  };
}

/** A folder that the page names: whole, for the page knows nothing of where the server was started. */
function pathOf(name: string): string {
  const path = name.replace(/^~(?=$|[\\/])/, () => homedir());
  if (isAbsolute(path)) return resolve(path);
  throw new PellucidError(
    'bad-input',
    `"${name}" is not a whole path: give one that begins with / or ~ (on Windows with a drive).`,
  );
}

/** The same sentence for whatever is no checkpoint, so that nobody learns by it what else lies on the disk. */
async function modelTypeOf(folder: string): Promise<string> {
  const { openFolder } = await import('../checkpoint/index.js');
  const files = await openFolder(folder).catch(() => null);
  if (files?.names.includes('config.json')) return typeOf(files);
  throw new PellucidError(
    'not-found',
    `There is no checkpoint in ${folder}: a folder with config.json and safetensors is wanted.`,
  );
}

/** @throws PellucidError for a checkpoint that cannot be opened */
async function typeOf(files: CheckpointFiles): Promise<string> {
  const { openCheckpoint } = await import('../checkpoint/index.js');
  const { architectureOf } = await import('../model/architecture-of.js');
  return architectureOf(await openCheckpoint(files)).modelType;
}
