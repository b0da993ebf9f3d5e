import { statfs } from 'node:fs/promises';
import { PellucidError } from '../../errors.js';
import type { CachedRepository } from './hub-cache.js';
import { downloadFile, type RemoteFile } from './hub-download.js';
import type { RequestOptions } from './hub-request.js';

/** How far a download has come; counts are bytes. */
export interface DownloadProgress {
  readonly file: string;
  readonly received: number;
  readonly total: number;
  /** Of the files that are downloaded together. */
  readonly overall: { readonly received: number; readonly total: number };
}

type Report = (file: RemoteFile, received: number) => void;

const simultaneous = 4;

/**
 * Downloads those of the files that a snapshot lacks, a few at a time. The first failure stops the others.
 * @throws PellucidError as {@link downloadFile}, and `output` when the disk has too little room.
 */
export async function fetchFiles(
  files: readonly RemoteFile[],
  commit: string,
  cache: CachedRepository,
  request: RequestOptions,
  onProgress?: (progress: DownloadProgress) => void,
): Promise<void> {
  const missing: RemoteFile[] = [];
  for (const file of files) {
    if (!(await cache.has(commit, file.name, file.size))) missing.push(file);
  }
  if (missing.length === 0) return;
  await cache.makeBlobFolder();
  await checkSpace(missing, cache, request.subject.id);
  const report = reporter(missing, onProgress);
  const queue = [...missing];
  const stop = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      await fetchFile(file, commit, cache, { ...request, signal }, report);
    }
  };
  const workers = Array.from({ length: simultaneous }, () =>
    work().catch((error) => {
      queue.length = 0;
      // The others then end with "cancelled", which must not hide the reason.
      if (!stop.signal.aborted) stop.abort(error);
    }),
  );
  await Promise.all(workers);
  if (stop.signal.aborted) throw stop.signal.reason;
}

async function fetchFile(
  file: RemoteFile,
  commit: string,
  cache: CachedRepository,
  request: RequestOptions,
  report: Report,
): Promise<void> {
  const { settings, subject } = request;
  if (!(await cache.hasBlob(file.etag, file.size))) {
    const url = `${settings.endpoint}/${subject.id}/resolve/${commit}/${encodeURIComponent(file.name)}`;
    const onBytes = (received: number): void => report(file, received);
    const forFile = { ...request, subject: { ...subject, file: file.name } };
    await downloadFile({ url, file, onBytes, request: forFile }, cache.blob(file.etag));
  }
  await cache.place(file.etag, commit, file.name, settings.links);
  report(file, file.size);
}

function reporter(files: readonly RemoteFile[], onProgress?: (progress: DownloadProgress) => void): Report {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const counts = new Map<RemoteFile, number>();
  return (file, received) => {
    counts.set(file, received);
    const sum = [...counts.values()].reduce((all, one) => all + one, 0);
    onProgress?.({ file: file.name, received, total: file.size, overall: { received: sum, total } });
  };
}

async function checkSpace(files: readonly RemoteFile[], cache: CachedRepository, id: string): Promise<void> {
  const needed = files.reduce((sum, file) => sum + file.size, 0);
  const disk = await statfs(cache.folder).catch(() => undefined);
  if (disk === undefined || disk.bavail * disk.bsize >= needed) return;
  throw new PellucidError(
    'output',
    `${id} needs ${inMegabytes(needed)} more and the disk of ${cache.folder} has ${inMegabytes(disk.bavail * disk.bsize)} ` +
      'free; free some space, or set HF_HUB_CACHE to another folder',
  );
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
