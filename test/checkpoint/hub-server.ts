import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository as the server holds it: one commit, which any number of revisions stand for. */
export interface Repository {
  commit: string;
  /** Names beside `main` and the commit itself. */
  revisions?: readonly string[];
  files: Record<string, Uint8Array>;
  /** Only this token may read the files. */
  gated?: string;
  /** Only this token may know that it exists. */
  private?: string;
}

export interface HubRequest {
  readonly method: string;
  readonly path: string;
  readonly origin: 'hub' | 'store';
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** Answers in place of the server, or changes what it sends. */
export type Interruption = (response: ServerResponse, body: Uint8Array | undefined) => void;

/**
 * A server on this machine that speaks the protocol of the Hugging Face Hub: the API's model and tree endpoints, and
 * `resolve`, which redirects small files to the same origin and large ones (Git LFS) to a second one, the store.
 */
export class HubServer {
  readonly repositories = new Map<string, Repository>();
  readonly requests: HubRequest[] = [];
  readonly #hub: Server;
  readonly #store: Server;
  readonly #interruptions: { on: RegExp; act: Interruption; times: number }[] = [];

  constructor() {
    this.#hub = createServer((request, response) => this.#answer('hub', request, response));
    this.#store = createServer((request, response) => this.#answer('store', request, response));
  }

  async start(): Promise<this> {
    for (const server of [this.#hub, this.#store]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    return this;
  }

  async close(): Promise<void> {
    for (const server of [this.#hub, this.#store]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#hub.address() as AddressInfo).port}`;
  }

  get storeEndpoint(): string {
    return `http://127.0.0.1:${(this.#store.address() as AddressInfo).port}`;
  }

  /** Answers the next requests whose `origin path` matches in another way. */
  interrupt(on: RegExp, act: Interruption, times = 1): void {
    this.#interruptions.push({ on, act, times });
  }

  /** The requests whose `origin path` matches. */
  asked(on: RegExp): HubRequest[] {
    return this.requests.filter(({ origin, path }) => on.test(`${origin} ${path}`));
  }

  forget(): void {
    this.requests.length = 0;
    this.#interruptions.length = 0;
  }

  #answer(origin: HubRequest['origin'], request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(new URL(request.url ?? '', this.endpoint).pathname);
    const { authorization, range } = request.headers;
    // Pages of any origin may ask, as they may on the real Hub.
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-expose-headers', 'ETag,Link,Accept-Ranges,Content-Range,X-Error-Code');
    this.requests.push({ method: request.method ?? '', path, origin, authorization, range });
    const interruption = this.#interruptions.find(
      ({ on, times }) => times > 0 && on.test(`${origin} ${path}`),
    );
    if (interruption) {
      interruption.times--;
      interruption.act(response, this.#content(path));
      return;
    }
    if (origin === 'hub') this.#answerHub(path, request, response);
    else sendRange(response, this.#content(path) ?? new Uint8Array(), range);
  }

  #answerHub(path: string, request: IncomingMessage, response: ServerResponse): void {
    const found = this.#repository(path);
    const token = request.headers.authorization?.replace('Bearer ', '');
    if (token === 'hf_invalid') {
      sendError(response, 401, null, 'Invalid credentials in Authorization header');
    } else if (!found || (found.repository.private && found.repository.private !== token)) {
      sendError(response, token ? 404 : 401, 'RepoNotFound', 'Repository not found');
    } else if (path.startsWith('/api/resolve-cache/')) {
      const body = this.#content(path) ?? new Uint8Array();
      response.setHeader('x-repo-commit', found.repository.commit);
      response.setHeader('etag', `"${gitHash(body)}"`);
      sendRange(response, body, request.headers.range);
    } else {
      this.#answerAbout(found.id, found.repository, path, token, response);
    }
  }

  #answerAbout(
    id: string,
    repository: Repository,
    path: string,
    token: string | undefined,
    response: ServerResponse,
  ): void {
    const [, kind, rest = ''] = new RegExp(`/${id}/(revision|tree|resolve)/(.+)$`).exec(path) ?? [];
    const revisions = ['main', repository.commit, ...(repository.revisions ?? [])];
    const revision = revisions.find((one) => `${rest}/`.startsWith(`${one}/`));
    if (!revision) {
      sendError(response, 404, 'RevisionNotFound', 'Invalid rev id');
    } else if (kind === 'revision') {
      sendJson(response, {
        _id: '1',
        id,
        sha: repository.commit,
        private: false,
        siblings: siblings(repository),
      });
    } else if (kind === 'tree') {
      sendJson(response, treeEntries(repository.files, rest.slice(revision.length + 1)));
    } else if (repository.gated && repository.gated !== token) {
      sendError(response, token ? 403 : 401, 'GatedRepo', `Access to model ${id} is restricted.`);
    } else {
      this.#redirect(id, repository, rest.slice(revision.length + 1), response);
    }
  }

  #redirect(id: string, { commit, files }: Repository, name: string, response: ServerResponse): void {
    const body = files[name];
    if (!body) {
      sendError(response, 404, 'EntryNotFound', 'Entry not found');
      return;
    }
    const large = isLarge(name);
    response.setHeader('x-repo-commit', commit);
    response.setHeader('etag', `"${gitHash(body)}"`);
    response.setHeader('x-linked-size', body.length);
    if (large) response.setHeader('x-linked-etag', `"${sha256(body)}"`);
    const cached = `/api/resolve-cache/models/${id}/${commit}/${name}`;
    const location = large ? `${this.storeEndpoint}/${id}/${name}` : cached;
    response.writeHead(large ? 302 : 307, { location }).end();
  }

  #repository(path: string): { id: string; repository: Repository } | undefined {
    for (const [id, repository] of this.repositories) {
      if (`${path}/`.includes(`/${id}/`)) return { id, repository };
    }
    return undefined;
  }

  #content(path: string): Uint8Array | undefined {
    const files = this.#repository(path)?.repository.files ?? {};
    const names = Object.keys(files).filter((name) => path.endsWith(`/${name}`));
    return files[names.sort((a, b) => b.length - a.length)[0] ?? ''];
  }
}

/** Answers with a status only. */
export function status(code: number, headers: Record<string, string> = {}): Interruption {
  return (response) => response.writeHead(code, headers).end();
}

/** Sends the first bytes and then drops the connection. */
export function cutAfter(bytes: number): Interruption {
  return (response, body) => {
    response.writeHead(200, { 'content-length': body?.length ?? 0 });
    response.write(body?.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20));
  };
}

/** Sends the first bytes and then nothing more. */
export function stallAfter(bytes: number): Interruption {
  return (response, body) => {
    response.writeHead(200, { 'content-length': body?.length ?? 0 });
    response.write(body?.subarray(0, bytes));
  };
}

/** Sends the whole file though a range was asked for. */
export const ignoreRange: Interruption = (response, body) => response.writeHead(200).end(body);

/** Sends as many bytes as there are, but the last is another. */
export const corrupt: Interruption = (response, body) => {
  const wrong = Uint8Array.from(body ?? []);
  wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1;
  response.writeHead(200).end(wrong);
};

/** SHA-1 as git computes it for a file's content: what the Hub calls a small file. */
export function gitHash(body: Uint8Array): string {
  return createHash('sha1').update(`blob ${body.length}\0`).update(body).digest('hex');
}

/** What the Hub calls a large file. */
export function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

function isLarge(name: string): boolean {
  return /\.(safetensors|bin)$/.test(name);
}

function siblings({ files }: Repository): object[] {
  return Object.keys(files).map((rfilename) => ({ rfilename }));
}

/** What stands directly in a folder; '' for the root. */
function treeEntries(files: Record<string, Uint8Array>, folder: string): object[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const inside = Object.entries(files).filter(([path]) => path.startsWith(prefix));
  const isHere = ([path]: [string, Uint8Array]) => !path.slice(prefix.length).includes('/');
  const below = inside
    .filter((entry) => !isHere(entry))
    .map(([path]) => path.slice(0, path.indexOf('/', prefix.length)));
  const folders = [...new Set(below)].map((path) => ({
    type: 'directory',
    oid: gitHash(Buffer.from(path)),
    size: 0,
    path,
  }));
  return [...folders, ...inside.filter(isHere).map(treeEntry)];
}

function treeEntry([path, body]: [string, Uint8Array]): object {
  const size = body.length;
  if (!isLarge(path)) return { type: 'file', oid: gitHash(body), size, path };
  const pointer = Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(body)}\nsize ${size}\n`,
  );
  const lfs = { oid: sha256(body), size, pointerSize: pointer.length };
  return { type: 'file', oid: gitHash(pointer), size, lfs, path };
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendError(response: ServerResponse, code: number, errorCode: string | null, message = ''): void {
  if (errorCode) response.setHeader('x-error-code', errorCode);
  response.setHeader('x-error-message', message);
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ error: message }));
}

function sendRange(response: ServerResponse, body: Uint8Array, range: string | undefined): void {
  response.setHeader('accept-ranges', 'bytes');
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  const start = Number(first);
  const end = last === '' ? body.length : Math.min(body.length, Number(last) + 1);
  if (range === undefined) {
    response.writeHead(200, { 'content-length': body.length }).end(body);
  } else if (start >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
  } else {
    const content = `bytes ${start}-${end - 1}/${body.length}`;
    response
      .writeHead(206, { 'content-range': content, 'content-length': end - start })
      .end(body.subarray(start, end));
  }
}
