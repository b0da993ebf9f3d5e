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
  /** Of all files of the download; the total grows once when an index has told how many shards there are. */
  readonly overall: { readonly received: number; readonly total: number };
}

const simultaneous = 4;

/** Downloads into one snapshot what it lacks. */
export class SnapshotDownload {
  readonly #commit: string;
  readonly #cache: CachedRepository;
  readonly #request: RequestOptions;
  readonly #onProgress: ((progress: DownloadProgress) => void) | undefined;
  /** Bytes that are there of each file that was missing. */
  readonly #received = new Map<RemoteFile, number>();

  constructor(
    commit: string,
    cache: CachedRepository,
    request: RequestOptions,
    onProgress?: (progress: DownloadProgress) => void,
  ) {
    this.#commit = commit;
    this.#cache = cache;
    this.#request = request;
    this.#onProgress = onProgress;
  }

  /**
   * Counts the files that the snapshot lacks into the total.
   * @throws PellucidError `output` when the disk has too little room for them.
   */
  async expect(files: readonly RemoteFile[]): Promise<void> {
    for (const file of files) {
      if (!(await this.#cache.has(this.#commit, file.name, file.size))) this.#received.set(file, 0);
    }
    if (this.#received.size === 0) return;
    await this.#cache.makeBlobFolder();
    await this.#checkSpace();
  }

  /**
   * Downloads those of the files that were missing, a few at a time. The first failure stops the others.
   * @throws PellucidError as {@link downloadFile}
   */
  async fetch(files: readonly RemoteFile[]): Promise<void> {
    const queue = files.filter((file) => this.#received.has(file));
    const stop = new AbortController();
    const outer = this.#request.signal;
    const signal = outer ? AbortSignal.any([outer, stop.signal]) : stop.signal;
    const work = async (): Promise<void> => {
      for (let file = queue.shift(); file; file = queue.shift()) await this.#fetchOne(file, signal);
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

  async #fetchOne(file: RemoteFile, signal: AbortSignal): Promise<void> {
    const { settings, subject } = this.#request;
    if (!(await this.#cache.hasBlob(file.etag, file.size))) {
      const path = file.name.split('/').map(encodeURIComponent).join('/');
      const url = `${settings.endpoint}/${subject.id}/resolve/${this.#commit}/${path}`;
      const onBytes = (received: number): void => this.#report(file, received);
      const request = { ...this.#request, signal, subject: { ...subject, file: file.name } };
      await downloadFile({ url, file, onBytes, request }, this.#cache.blob(file.etag));
    }
    await this.#cache.place(file.etag, this.#commit, file.name, settings.links);
    this.#report(file, file.size);
  }

  #report(file: RemoteFile, received: number): void {
    this.#received.set(file, received);
    let sum = 0;
    let total = 0;
    for (const [{ size }, bytes] of this.#received) {
      sum += bytes;
      total += size;
    }
    this.#onProgress?.({ file: file.name, received, total: file.size, overall: { received: sum, total } });
  }

  async #checkSpace(): Promise<void> {
    const needed = [...this.#received].reduce((sum, [{ size }, bytes]) => sum + size - bytes, 0);
    const disk = await statfs(this.#cache.folder).catch(() => undefined);
    if (disk === undefined || disk.bavail * disk.bsize >= needed) return;
    const free = inMegabytes(disk.bavail * disk.bsize);
    throw new PellucidError(
      'output',
      `${this.#request.subject.id} needs ${inMegabytes(needed)} more and the disk of ${this.#cache.folder} has ` +
        `${free} free; free some space, or set HF_HUB_CACHE to another folder`,
    );
  }
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
