import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { isModuleFile, isModuleFolder, sentenceFiles } from '../sentence-encoder.js';
import { openAddress } from './address.js';
import { isModelId } from './model-id.js';
import type { AddressRequest } from './ranged-file.js';

/** How a page asks the Hub. */
export interface HubAddressOptions extends AddressRequest {
  /** Address of the Hub; `https://huggingface.co` by default. */
  readonly endpoint?: string | undefined;
  /** Branch, tag or commit; `main` by default. */
  readonly revision?: string | undefined;
}

/** Files that a listing may have, at most. */
const mostFiles = 10_000;
/** Folders of modules that are looked into. */
const mostModules = 10;

/**
 * The files of a model on the Hugging Face Hub, for browsers: the Hub tells the commit and the files, which are then read by
 * range when they are needed. Nothing is kept on disk.
 * @param id `org/name`, or `name` for the few old ones
 * @throws PellucidError `bad-input` for what is no id, `not-found` for a model that the Hub does not have or does not show,
 * `network`, `cancelled`.
 */
export async function openHubAddress(id: string, options: HubAddressOptions = {}): Promise<CheckpointFiles> {
  const { endpoint = 'https://huggingface.co', revision = 'main', init, signal } = options;
  if (!isModelId(id)) {
    throw new PellucidError(
      'bad-input',
      `"${id}" is not the id of a model on the Hub, which has the form org/name`,
    );
  }
  const hub = endpoint.replace(/\/+$/, '');
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const ask: typeof fetch = (input, given) =>
    fetch(input, { ...init, ...given, ...(signal ? { signal } : {}) });
  try {
    const { sha } = await modelInfo({
      name: id,
      revision,
      additionalFields: ['sha'],
      hubUrl: hub,
      fetch: ask,
    });
    if (!/^[0-9a-f]{40}$/.test(sha)) throw new Error(`the commit is ${sha}`);
    const names: string[] = [];
    const folders: string[] = [];
    const contentHashes: Record<string, string> = {};
    const request = { repo: { type: 'model', name: id } as const, revision: sha, hubUrl: hub, fetch: ask };
    const list = async (path?: string) => {
      for await (const entry of listFiles({ ...request, ...(path === undefined ? {} : { path }) })) {
        if (entry.type === 'directory') folders.push(entry.path);
        if (entry.type !== 'file' || !(/^[\w-][\w.+-]*$/.test(entry.path) || isModuleFile(entry.path)))
          continue;
        if (names.push(entry.path) > mostFiles) throw new Error(`more than ${mostFiles} files`);
        if (entry.lfs && /^[0-9a-f]{64}$/.test(entry.lfs.oid)) contentHashes[entry.path] = entry.lfs.oid;
      }
    };
    await list();
    if (names.some((name) => sentenceFiles.includes(name)))
      await Promise.all(folders.filter(isModuleFolder).slice(0, mostModules).map(list));
    const folder = `${hub}/${id}/resolve/${sha}/`;
    const files = await openAddress(folder, { init, signal, names, contentHashes });
    return { ...files, id, revision: sha };
  } catch (cause) {
    if (cause instanceof PellucidError) throw cause;
    if (signal?.aborted) throw new PellucidError('cancelled', `Opening ${id} was cancelled.`, { cause });
    throw failure(id, hub, cause);
  }
}

/** What the library says of an answer: the Hub hides what is private as if it did not exist. */
function failure(id: string, hub: string, cause: unknown): PellucidError {
  const { statusCode } = cause as { readonly statusCode?: number };
  if (statusCode === 401 || statusCode === 403 || statusCode === 404) {
    return new PellucidError(
      'not-found',
      `${hub} has no model ${id}, or shows it only to those who may see it: check the id.`,
      { cause },
    );
  }
  const reason =
    statusCode === undefined
      ? 'no connection, or it does not let this page ask (CORS)'
      : `it answers ${statusCode}`;
  return new PellucidError('network', `${hub} cannot be asked for ${id}: ${reason}.`, { cause });
}
