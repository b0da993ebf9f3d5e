import { readdir } from 'node:fs/promises';
import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { readIndex } from '../safetensors/index-file.js';
import { isModuleFile, sentenceFiles } from '../sentence-encoder.js';
import { configFile, indexFile, singleFile, weightLayout } from '../weight-files.js';
import { namesAmong, openFiles } from './folder.js';
import { CachedRepository, hasWeights, isCommit, isComplete } from './hub-cache.js';
import type { RemoteFile } from './hub-download.js';
import { type DownloadProgress, SnapshotDownload } from './hub-fetch.js';
import { askCommit, askFiles } from './hub-listing.js';
import type { RequestOptions } from './hub-request.js';
import { type HubSettings, hubSettings } from './hub-settings.js';
import { isModelId } from './model-id.js';

export interface HubOptions {
  /** Branch, tag, commit or `refs/pr/N`; `main` by default. */
  readonly revision?: string | undefined;
  /** Access token in place of the user's own (HF_TOKEN, or the file that `hf auth login` writes). */
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Told what the user should know though nothing failed, e.g. that the cache is used because the Hub is away. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** By default those of the environment. */
  readonly settings?: HubSettings | undefined;
}

/** What a checkpoint needs beside its weights; nothing else is downloaded. */
const smallFiles = [
  configFile,
  'generation_config.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'chat_template.json',
  ...sentenceFiles,
];

/** Needed only where there is no `tokenizer.json`, which says the same and more. */
const vocabularyFiles = ['vocab.txt', 'vocab.json', 'merges.txt'];

/** How often to ask what there is: a machine without network shall not wait long for its error. */
const questionAttempts = 3;

/**
 * The files of a model on the Hugging Face Hub, from the cache that Python's programs use too; what is missing there is
 * downloaded (config, tokenizer and safetensors only). Without a network the cache alone is used.
 * @param id `org/name`, or `name` for the few old ones
 * @throws PellucidError `not-found` for a model or revision that does not exist, `network` when the Hub cannot be
 * reached or refuses and the cache does not have it, `unsupported` when it has no safetensors, `output` when the cache
 * cannot be written, `bad-checkpoint` when the bytes are not those listed, `cancelled`.
 */
export async function openHub(id: string, options: HubOptions = {}): Promise<CheckpointFiles> {
  const revision = options.revision ?? 'main';
  checkNames(id, revision);
  const settings = await settingsOf(options);
  const cache = new CachedRepository(settings.cacheFolder, id);
  const request: RequestOptions = { settings, subject: { id, revision }, signal: options.signal };
  const cached = await cache.commitOf(revision);
  const usable = cached !== undefined && (await hasWeights(cache.snapshot(cached)));
  if (settings.offline && !usable) throw notCached(request);
  const pinned = usable && isCommit(revision) && (await isComplete(cache.snapshot(cached)));
  if (usable && (pinned || settings.offline)) return filesOf(cache, cached, id);
  let commit: string;
  let listed: RemoteFile[] | undefined;
  try {
    commit = await askCommit({ ...request, attempts: usable ? 1 : questionAttempts });
    if (!(await isComplete(cache.snapshot(commit)))) {
      listed = await askFiles(commit, { ...request, attempts: questionAttempts });
    }
  } catch (error) {
    if (!usable || !(error instanceof PellucidError) || error.code !== 'network') throw error;
    options.onNote?.(`${error.message}. Using the copy in the cache, commit ${cached.slice(0, 8)}.`);
    return filesOf(cache, cached, id);
  }
  if (listed) await download(listed, commit, cache, request, options.onProgress);
  await cache.keepRevision(revision, commit);
  return filesOf(cache, commit, id);
}

/** Both become parts of paths and addresses. */
function checkNames(id: string, revision: string): void {
  if (!isModelId(id)) {
    throw new PellucidError(
      'bad-input',
      `"${id}" is not the id of a model on the Hub, which has the form org/name`,
    );
  }
  if (!/^\w[\w./+-]*$/.test(revision) || /\.\.|\/\/|\/\.|\/$/.test(revision)) {
    throw new PellucidError(
      'bad-input',
      `"${revision}" is not a revision; give a branch, tag, commit or refs/pr/N`,
    );
  }
}

async function settingsOf({ settings, token }: HubOptions): Promise<HubSettings> {
  const found = settings ?? (await hubSettings());
  const used = token ? { value: token, source: 'the option "token"' } : found.token;
  if (used && !/^[!-~]+$/.test(used.value)) {
    throw new PellucidError(
      'bad-input',
      `the access token from ${used.source} holds characters that no token has`,
    );
  }
  return { ...found, token: used };
}

async function filesOf(cache: CachedRepository, commit: string, id: string): Promise<CheckpointFiles> {
  const folder = cache.snapshot(commit);
  const entries = await readdir(folder, { withFileTypes: true });
  return openFiles(folder, await namesAmong(folder, entries), { id, revision: commit });
}

/** The weights come last, so that a snapshot that has them has everything. */
async function download(
  listed: readonly RemoteFile[],
  commit: string,
  cache: CachedRepository,
  request: RequestOptions,
  onProgress: HubOptions['onProgress'],
): Promise<void> {
  const names = listed.map((file) => file.name);
  const { id } = request.subject;
  const layout = weightLayout(id, names);
  const vocabulary = names.includes('tokenizer.json') ? ['tokenizer.json'] : vocabularyFiles;
  const modules = names.filter(isModuleFile);
  const first = [...smallFiles, ...vocabulary, ...modules, ...(layout === 'sharded' ? [indexFile] : [])];
  const named = (wanted: readonly string[]): RemoteFile[] =>
    listed.filter(({ name }) => wanted.includes(name));
  const snapshot = new SnapshotDownload(commit, cache, request, onProgress);
  await snapshot.expect(named(layout === 'single' ? [...first, singleFile] : first));
  await snapshot.fetch(named(first));
  if (layout === 'single') return snapshot.fetch(named([singleFile]));
  const index = await readIndex(openFiles(cache.snapshot(commit), [indexFile], { id }));
  const shards = [...new Set(index.values())];
  const missing = shards.find((shard) => !names.includes(shard));
  if (missing !== undefined) {
    throw new PellucidError('bad-checkpoint', `${id} lacks ${missing}, which its ${indexFile} lists`);
  }
  await snapshot.expect(named(shards));
  await snapshot.fetch(named(shards));
}

function notCached({ settings, subject }: RequestOptions): PellucidError {
  return new PellucidError(
    'network',
    `${subject.id} (revision ${subject.revision}) is not, or not wholly, in the cache ${settings.cacheFolder}, and ` +
      'the network is not to be used (HF_HUB_OFFLINE or --offline); allow it, or use a bundled model',
  );
}
