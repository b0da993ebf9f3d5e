import { PellucidError } from '../../errors.js';
import { isModuleFile, isModuleFolder, sentenceFiles } from '../sentence-encoder.js';
import { isCommit } from './hub-cache.js';
import type { RemoteFile } from './hub-download.js';
import { hubFetch, type RequestOptions } from './hub-request.js';

/** Bounds on what a server may make us hold: bytes of one answer, entries of a listing. */
const answerBound = 50_000_000;
const entryBound = 100_000;
/** Folders of modules that are looked into. */
const moduleBound = 10;

/**
 * The commit that a revision stands for now.
 * @throws PellucidError `not-found` for a model or revision that does not exist, `network`, `cancelled`.
 */
export async function askCommit(request: RequestOptions): Promise<string> {
  const { modelInfo } = await hubLibrary();
  const { id, revision } = request.subject;
  const { sha } = await modelInfo({
    name: id,
    revision,
    additionalFields: ['sha'],
    hubUrl: request.settings.endpoint,
    fetch: boundedFetch(request),
  }).catch((cause) => nonsense(cause, request));
  return isCommit(sha) ? sha : nonsense(new Error(`the commit is ${sha}`), request);
}

/**
 * The files at the root of a repository, and of a sentence encoder those of its modules; what has a strange name is left
 * out.
 * @throws PellucidError as {@link askCommit}
 */
export async function askFiles(commit: string, request: RequestOptions): Promise<RemoteFile[]> {
  try {
    const { files, folders } = await askFolder(commit, undefined, request);
    if (!files.some(({ name }) => sentenceFiles.includes(name))) return files;
    for (const folder of folders.filter(isModuleFolder).slice(0, moduleBound)) {
      const inside = await askFolder(commit, folder, request);
      files.push(...inside.files.filter(({ name }) => isModuleFile(name)));
    }
    return files;
  } catch (cause) {
    return nonsense(cause, request);
  }
}

async function askFolder(
  commit: string,
  folder: string | undefined,
  request: RequestOptions,
): Promise<{ files: RemoteFile[]; folders: string[] }> {
  const { listFiles } = await hubLibrary();
  const files: RemoteFile[] = [];
  const folders: string[] = [];
  let count = 0;
  for await (const { type, path, size, oid, lfs } of listFiles({
    repo: { type: 'model', name: request.subject.id },
    revision: commit,
    hubUrl: request.settings.endpoint,
    fetch: boundedFetch(request),
    ...(folder === undefined ? {} : { path: folder }),
  })) {
    if (++count > entryBound) throw new Error(`more than ${entryBound} files`);
    if (type === 'directory') folders.push(path);
    if (type !== 'file' || !(/^[\w-][\w.+-]*$/.test(path) || isModuleFile(path))) continue;
    files.push(checked({ name: path, size: lfs?.size ?? size, etag: lfs?.oid ?? oid ?? '' }));
  }
  return { files, folders };
}

/** Loaded only when the Hub is asked: loading it takes longer than opening a checkpoint. */
function hubLibrary(): Promise<typeof import('@huggingface/hub')> {
  return import('@huggingface/hub');
}

/** As {@link hubFetch}, for answers that are held in memory. */
function boundedFetch(request: RequestOptions): typeof fetch {
  const ask = hubFetch(request);
  return async (input, init) => {
    const response = await ask(input, init);
    let length = 0;
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        length += chunk.length;
        if (length > answerBound) controller.error(new Error(`more than ${answerBound} bytes`));
        else controller.enqueue(chunk);
      },
    });
    return new Response(response.body?.pipeThrough(counter) ?? null, response);
  };
}

/** The hash becomes a file name and the size a bound, so both must be what they say. */
function checked(file: RemoteFile): RemoteFile {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(file.etag) && Number.isSafeInteger(file.size) && file.size >= 0)
    return file;
  throw new Error(`${file.name} has hash "${file.etag}" and size ${file.size}`);
}

/** Passes on our own errors; any other means that the answer could not be understood. */
function nonsense(cause: unknown, { settings, subject }: RequestOptions): never {
  if (cause instanceof PellucidError) throw cause;
  throw new PellucidError(
    'network',
    `${settings.endpoint} does not answer as the Hugging Face Hub does for ${subject.id} ` +
      `(${(cause as Error).message}); check HF_ENDPOINT`,
    { cause },
  );
}
