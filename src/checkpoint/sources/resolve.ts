import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { distance } from 'fastest-levenshtein';
import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { bundledNames, openBundled } from './bundled.js';
import { openFolder } from './folder.js';
import { type HubOptions, openHub } from './hub.js';
import { isModelId } from './model-id.js';

/** Typing errors up to which a bundled model's name is thought to be meant. */
const nearEnough = 4;

/**
 * The files of the checkpoint that a user names: a folder, a bundled model, or a model on the Hub, in this order.
 * @param id path of a folder, name of a bundled model, or a Hub id `org/name`
 * @param options for a model on the Hub
 * @param bundledIn folder of the bundled models, by default that of the package
 * @throws PellucidError `not-found` when it is none of them, `bad-input` for a revision of what is local, and as {@link openHub}.
 */
export async function openSource(
  id: string,
  options: HubOptions = {},
  bundledIn?: string,
): Promise<CheckpointFiles> {
  const path = id.replace(/^~(?=$|[\\/])/, () => homedir());
  if (looksLikePath(id) || (await exists(path))) {
    checkNoRevision(id, options);
    return openFolder(path, id);
  }
  const bundled = await bundledNames(bundledIn);
  if (bundled.includes(id)) {
    checkNoRevision(id, options);
    return openBundled(id, bundledIn);
  }
  if (!isModelId(id)) {
    throw new PellucidError(
      'not-found',
      `there is no model "${id}": give ${accepted(bundled)}${nearest(id, bundled)}`,
    );
  }
  try {
    return await openHub(id, options);
  } catch (error) {
    const hint = id.includes('/') ? '' : nearest(id, bundled);
    if (!(error instanceof PellucidError) || error.code === 'cancelled' || hint === '') throw error;
    throw new PellucidError(error.code, error.message + hint, { cause: error });
  }
}

function checkNoRevision(id: string, { revision }: HubOptions): void {
  if (revision === undefined) return;
  throw new PellucidError('bad-input', `only a model on the Hub has revisions, and ${id} is on this machine`);
}

function looksLikePath(id: string): boolean {
  return /^(\.{1,2}$|\.{0,2}\/|~$|~\/)|\\/.test(id);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function accepted(bundled: readonly string[]): string {
  const names = bundled.length > 0 ? ` (${bundled.join(', ')})` : '';
  return `the path of a folder, a bundled model${names} or a Hub id such as openai-community/gpt2`;
}

function nearest(id: string, bundled: readonly string[]): string {
  const [best] = bundled
    .map((name) => ({ name, typos: distance(name, id.toLowerCase()) }))
    .sort((a, b) => a.typos - b.typos);
  return best && best.typos <= nearEnough ? `; did you mean the bundled ${best.name}?` : '';
}
