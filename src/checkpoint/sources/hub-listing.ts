import { listFiles, modelInfo } from '@huggingface/hub';
import { PellucidError } from '../../errors.js';
import { isCommit } from './hub-cache.js';
import type { RemoteFile } from './hub-download.js';
import { hubFetch, type RequestOptions } from './hub-request.js';

/**
 * The commit that a revision stands for now.
 * @throws PellucidError `not-found` for a model or revision that does not exist, `network`, `cancelled`.
 */
export async function askCommit(request: RequestOptions): Promise<string> {
  const { id, revision } = request.subject;
  const { sha } = await modelInfo({
    name: id,
    revision,
    additionalFields: ['sha'],
    hubUrl: request.settings.endpoint,
    fetch: hubFetch(request),
  }).catch((cause) => nonsense(cause, request));
  return isCommit(sha) ? sha : nonsense(new Error(`the commit is ${sha}`), request);
}

/**
 * The files at the root of a repository; what has a strange name is left out.
 * @throws PellucidError as {@link askCommit}
 */
export async function askFiles(commit: string, request: RequestOptions): Promise<RemoteFile[]> {
  const files: RemoteFile[] = [];
  try {
    for await (const { type, path, size, oid, lfs } of listFiles({
      repo: { type: 'model', name: request.subject.id },
      revision: commit,
      hubUrl: request.settings.endpoint,
      fetch: hubFetch(request),
    })) {
      if (type !== 'file' || !/^[\w-][\w.+-]*$/.test(path)) continue;
      files.push(checked({ name: path, size: lfs?.size ?? size, etag: lfs?.oid ?? oid ?? '' }));
    }
  } catch (cause) {
    nonsense(cause, request);
  }
  return files;
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
