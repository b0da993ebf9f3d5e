import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { PellucidError } from '../../errors.js';
import { cancelled, connectionError, diskError, whatOf } from './hub-errors.js';
import { backoff, hubFetch, patientAttempts, pause, type RequestOptions } from './hub-request.js';
import { claimPartial, forgetPartial, leavePartial } from './partial-file.js';

/** One file of a repository, as the Hub lists it. */
export interface RemoteFile {
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** What the Hub calls its content: the SHA-256 for large files (Git LFS), else the SHA-1 that git gives a blob. */
  readonly etag: string;
}

/** New bytes after which a download that was cut may be resumed as patiently as at first. */
const progressThatCounts = 2 ** 20;

export interface Download {
  readonly url: string;
  readonly file: RemoteFile;
  /** Told how many bytes are there, those of an earlier time included. */
  readonly onBytes: (received: number) => void;
  readonly request: RequestOptions;
}

/**
 * Downloads a file to `blob`. The bytes are gathered beside it in a file named `….incomplete`, resumed when the
 * connection is cut, and renamed to `blob` only when their number and hash are as listed. When it fails or is
 * cancelled, what has arrived stays for the next time.
 * @throws PellucidError `network`, `bad-checkpoint` (other bytes than listed), `output` (disk) or `cancelled`.
 */
export async function downloadFile(download: Download, blob: string): Promise<void> {
  const partial = await claimPartial(blob).catch((cause) => {
    throw diskError(cause, blob);
  });
  let handle: FileHandle | undefined;
  try {
    handle = await open(partial, 'a+');
    await fill(new Transfer(download, handle, partial));
    await handle.datasync();
    await handle.close();
    await rename(partial, blob);
    forgetPartial(partial);
  } catch (cause) {
    await handle?.close().catch(() => undefined);
    await leavePartial(partial, blob);
    throw cause instanceof PellucidError ? cause : diskError(cause, blob);
  }
}

async function fill(transfer: Transfer): Promise<void> {
  const { file, request } = transfer.download;
  const resumed = await transfer.takeUp();
  let digest = await transfer.run();
  if (digest !== file.etag && resumed) {
    // The bytes of the earlier time may be to blame: once more without them.
    await transfer.startAgain();
    digest = await transfer.run();
  }
  if (digest === file.etag) return;
  await transfer.startAgain();
  throw new PellucidError(
    'bad-checkpoint',
    `${whatOf(request.subject)} arrived with other content than the Hub lists (hash ${digest.slice(0, 12)}… instead of ` +
      `${file.etag.slice(0, 12)}…), so it was removed; try again`,
  );
}

/** One file on its way to a partial file. */
class Transfer {
  readonly download: Download;
  readonly #handle: FileHandle;
  readonly #path: string;
  #hash: Hash;
  #received = 0;

  constructor(download: Download, handle: FileHandle, path: string) {
    this.download = download;
    this.#handle = handle;
    this.#path = path;
    this.#hash = newHash(download.file);
  }

  /** Goes on after the bytes that an earlier download left. @returns whether there were any */
  async takeUp(): Promise<boolean> {
    const { size } = await this.#handle.stat();
    if (size > this.download.file.size) {
      await this.startAgain();
      return false;
    }
    for await (const chunk of createReadStream(this.#path)) this.#hash.update(chunk as Buffer);
    this.#received = size;
    if (size > 0) this.download.onBytes(size);
    return size > 0;
  }

  async startAgain(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = newHash(this.download.file);
    this.#received = 0;
  }

  /** Receives what is missing, however often the connection is cut. @returns the hash of all bytes, as the etag has it */
  async run(): Promise<string> {
    const { file, request } = this.download;
    const { signal, subject, settings } = request;
    let failures = 0;
    while (this.#received < file.size) {
      const mark = this.#received;
      try {
        await this.#receive();
        if (this.#received < file.size) throw new Error('the connection was cut');
      } catch (cause) {
        if (signal?.aborted) throw cancelled(subject);
        if (cause instanceof PellucidError) throw cause;
        failures = this.#received - mark >= progressThatCounts ? 1 : failures + 1;
        if (failures >= patientAttempts) throw connectionError(cause, subject, settings);
        await pause(backoff(failures, settings), subject, signal);
      }
    }
    return this.#hash.digest('hex');
  }

  async #receive(): Promise<void> {
    const { url, request } = this.download;
    // A compressed answer would count other bytes than a range does.
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (this.#received > 0) headers.range = `bytes=${this.#received}-`;
    const idle = new AbortController();
    const signal = request.signal ? AbortSignal.any([request.signal, idle.signal]) : idle.signal;
    const response = await hubFetch({ ...request, signal })(url, { headers });
    if (!this.#continues(response)) {
      // A server that knows no ranges sends the file from its start, which is as good.
      await this.startAgain();
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new Error(`no answer to a range, but ${response.status}`);
      }
    }
    const watch = setTimeout(
      () => idle.abort(new Error('the connection stalled')),
      request.settings.idleTimeout,
    );
    try {
      for await (const chunk of response.body ?? []) {
        watch.refresh();
        await this.#write(chunk);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  #continues(response: Response): boolean {
    const range = response.headers.get('content-range');
    return response.status === 206 && range?.startsWith(`bytes ${this.#received}-`) === true;
  }

  async #write(chunk: Uint8Array): Promise<void> {
    const { file, request, onBytes } = this.download;
    if (this.#received + chunk.length > file.size) {
      await this.startAgain();
      throw new PellucidError(
        'bad-checkpoint',
        `${whatOf(request.subject)} arrives with more than the ${file.size} bytes the Hub lists; try again`,
      );
    }
    try {
      for (let done = 0; done < chunk.length; ) {
        done += (await this.#handle.write(chunk, done)).bytesWritten;
      }
    } catch (cause) {
      throw diskError(cause, this.#path);
    }
    this.#hash.update(chunk);
    this.#received += chunk.length;
    onBytes(this.#received);
  }
}

function newHash(file: RemoteFile): Hash {
  return file.etag.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${file.size}\0`);
}
