import { PellucidError } from '../../errors.js';
import { checkRange, readBlob } from './blobs.js';

/** What the first request asks for: all of a config, and the header of most weight files. */
const headBytes = 2 ** 16;

/** What is asked for at once of a larger file, and kept. */
const chunkBytes = 2 ** 23;

/** The largest file that is taken whole from a server that gives no parts: 4 GiB. */
const wholeBound = 2 ** 32;

/** How a file is asked for. */
export interface AddressRequest {
  /** Headers (for an access token, say), credentials, and what else `fetch` takes. */
  readonly init?: Omit<RequestInit, 'method' | 'body' | 'signal'> | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Head =
  | { readonly size: number; readonly head: Uint8Array }
  /** The server gave the whole file when asked for a part. */
  | { readonly size: number; readonly whole: Blob };

/**
 * One file on a server, read by byte range. What was read stays in the browser's hands as blobs, which it may keep on disk, so
 * that no byte of a large part is asked for twice.
 */
export class RangedFile {
  readonly #url: URL;
  readonly #name: string;
  readonly #request: AddressRequest;
  #head: Promise<Head> | undefined;
  readonly #chunks = new Map<number, Promise<Blob>>();

  constructor(url: URL, name: string, request: AddressRequest) {
    this.#url = url;
    this.#name = name;
    this.#request = request;
  }

  /** @throws PellucidError `not-found`, `network`, `cancelled`. */
  async size(): Promise<number> {
    return (await this.#open()).size;
  }

  /** The bytes [start, end). @throws PellucidError as {@link size}, and `bad-checkpoint` when the range leaves the file. */
  async read(start = 0, end?: number): Promise<Uint8Array> {
    const opened = await this.#open();
    const stop = end ?? opened.size;
    if ('whole' in opened) return readBlob(opened.whole, this.#name, start, stop);
    checkRange(this.#name, opened.size, start, stop);
    if (stop <= opened.head.length || start === stop) return opened.head.slice(start, stop);
    if (stop - start <= headBytes) {
      const part = await this.#part(start, stop, opened.size);
      return new Uint8Array(await part.arrayBuffer());
    }
    const bytes = new Uint8Array(stop - start);
    const indices: number[] = [];
    for (let index = Math.floor(start / chunkBytes); index * chunkBytes < stop; index++) indices.push(index);
    await Promise.all(
      indices.map(async (index) => {
        const first = index * chunkBytes;
        const blob = await this.#chunk(index, opened.size);
        const wanted = blob.slice(Math.max(0, start - first), stop - first);
        bytes.set(new Uint8Array(await wanted.arrayBuffer()), Math.max(0, first - start));
      }),
    );
    return bytes;
  }

  #open(): Promise<Head> {
    this.#head ??= this.#readHead().catch((error: unknown) => {
      this.#head = undefined;
      throw error;
    });
    return this.#head;
  }

  async #readHead(): Promise<Head> {
    const response = await this.#fetch(0, headBytes);
    if (response.status === 416) return { size: 0, head: new Uint8Array() };
    if (response.status === 200) {
      const whole = await this.#body(response, wholeBound);
      return { size: whole.size, whole };
    }
    const size = totalSize(response) ?? (await this.#sizeByHead());
    const head = await this.#exactBody(response, Math.min(size, headBytes));
    return { size, head: new Uint8Array(await head.arrayBuffer()) };
  }

  /** Where a server of another origin does not show `Content-Range`. */
  async #sizeByHead(): Promise<number> {
    const response = await this.#ask({ method: 'HEAD' });
    const size = Number(response.headers.get('content-length') ?? Number.NaN);
    if (response.ok && Number.isSafeInteger(size)) return size;
    throw this.#failure('the server does not say how long it is');
  }

  #chunk(index: number, size: number): Promise<Blob> {
    const known = this.#chunks.get(index);
    if (known) return known;
    const start = index * chunkBytes;
    const chunk = this.#part(start, Math.min(size, start + chunkBytes), size);
    this.#chunks.set(index, chunk);
    chunk.catch(() => this.#chunks.delete(index));
    return chunk;
  }

  async #part(start: number, end: number, size: number): Promise<Blob> {
    const response = await this.#fetch(start, end);
    const range = response.headers.get('content-range');
    const expected = range === null || range === `bytes ${start}-${end - 1}/${size}`;
    if (response.status === 206 && expected) return this.#exactBody(response, end - start);
    await response.body?.cancel();
    throw this.#failure('the server did not send the part that was asked for; has the file changed?');
  }

  #fetch(start: number, end: number): Promise<Response> {
    return this.#ask({ headers: { Range: `bytes=${start}-${end - 1}` } });
  }

  /** One request. Statuses 200, 206 and 416 are given back; all others are failures. */
  async #ask({ headers, ...rest }: { method?: string; headers?: Record<string, string> }): Promise<Response> {
    const { init, signal } = this.#request;
    const all = new Headers(init?.headers);
    for (const [key, value] of Object.entries(headers ?? {})) all.set(key, value);
    let response: Response;
    try {
      response = await fetch(this.#url, { ...init, ...rest, headers: all, signal: signal ?? null });
    } catch (cause) {
      throw this.#interrupted(cause, 'no connection, or the server does not allow this page to ask (CORS)');
    }
    // A server of single-page applications answers what it does not have with its page.
    const page = /^text\/html\b/.test(response.headers.get('content-type') ?? '');
    if ([200, 206, 416].includes(response.status) && !page) return response;
    await response.body?.cancel();
    if (page || [403, 404, 410].includes(response.status))
      throw new PellucidError('not-found', `there is no file ${this.#url.href}`);
    throw this.#failure(`the server answers ${response.status} ${response.statusText}`.trimEnd());
  }

  async #exactBody(response: Response, length: number): Promise<Blob> {
    const body = await this.#body(response, length);
    if (body.size === length) return body;
    throw this.#failure(`the connection was cut after ${body.size} of ${length} bytes`);
  }

  /** The body, which must not be longer than `bound`. */
  async #body(response: Response, bound: number): Promise<Blob> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let blob = new Blob();
    let received = 0;
    try {
      for await (const piece of piecesOf(response)) {
        received += piece.length;
        if (received > bound)
          throw this.#failure(`the server sends more than the ${bound} bytes there can be`);
        parts.push(piece);
        // Blobs may lie on disk; pieces lie in memory.
        if (received - blob.size >= chunkBytes) blob = new Blob([blob, ...parts.splice(0)]);
      }
    } catch (cause) {
      throw this.#interrupted(cause, 'the connection was cut');
    }
    return new Blob([blob, ...parts]);
  }

  #interrupted(cause: unknown, reason: string): PellucidError {
    if (cause instanceof PellucidError) return cause;
    if (this.#request.signal?.aborted)
      return new PellucidError('cancelled', `Reading ${this.#url.href} was cancelled.`, { cause });
    return this.#failure(reason, cause);
  }

  #failure(reason: string, cause?: unknown): PellucidError {
    return new PellucidError('network', `${this.#url.href} cannot be read: ${reason}`, { cause });
  }
}

/** The file's length by `Content-Range: bytes 0-9/123`. */
function totalSize(response: Response): number | undefined {
  const total = /^bytes \d+-\d+\/(\d{1,15})$/.exec(response.headers.get('content-range') ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

/** The pieces of a body as they arrive; leaving off cancels the rest. */
async function* piecesOf(response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      if (value) yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
