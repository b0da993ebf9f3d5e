import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  answer,
  failureOf,
  isOperation,
  type ModelHost,
  type OperationName,
  operations,
} from '../api/index.js';
import { PellucidError } from '../errors.js';
import { AnswerStream, statusOf } from './answer-stream.js';
import { createToken, refusalOf, safeHeaders } from './guard.js';
import { openApi } from './openapi.js';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly body: Uint8Array;
}

export interface StudioServerOptions {
  readonly host: ModelHost;
  /** The page, by path: `/index.html`, `/assets/…`. Nothing else of the disk is served. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined;
  /** Longest time that one answer may take, in milliseconds; ten minutes by default. */
  readonly timeLimit?: number | undefined;
}

/** A running server. */
export interface StudioServer {
  /** `http://127.0.0.1:<port>/` */
  readonly address: string;
  /** What each call carries as `Authorization: Bearer …`. */
  readonly token: string;
  /** Ends all work and closes the models. */
  close(): Promise<void>;
}

/** Bytes of a request, at most: the longest text and its pair fit. */
const mostBytes = 256 * 1024;
/** Calls under way, at most. */
const mostCalls = 64;

/**
 * Serves the studio to this machine alone: the page, and the calls behind it.
 * @throws PellucidError `bad-input` where the port is taken.
 */
export async function startServer({
  host,
  files,
  port = 0,
  timeLimit = 600_000,
}: StudioServerOptions): Promise<StudioServer> {
  const token = createToken();
  const ending = new AbortController();
  let calls = 0;

  const call = async (name: OperationName, request: IncomingMessage, response: ServerResponse) => {
    const stream = new AnswerStream(response);
    const left = new AbortController();
    response.once('close', () => left.abort());
    const { unhurried } = operations[name] as { readonly unhurried?: boolean };
    const limit = unhurried ? new AbortController().signal : AbortSignal.timeout(timeLimit);
    const signal = AbortSignal.any([left.signal, ending.signal, limit]);
    calls += 1;
    try {
      if (calls > mostCalls) return stream.fail({ status: 429, code: 'busy', message: tooManyCalls });
      const body = await bodyOf(request);
      stream.end(await answer(host, name, body, { signal, onProgress: stream.progress }));
    } catch (error) {
      const seconds = Math.round(timeLimit / 1000);
      const late = `The answer took more than ${seconds} seconds and was given up: ask for less.`;
      const failure = failureOf(error);
      stream.fail(
        limit.aborted
          ? { status: 503, code: 'cancelled', message: late }
          : { status: statusOf[failure.code], ...failure },
      );
    } finally {
      calls -= 1;
    }
  };

  const server = createServer(
    { requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
      const { host: name, origin, authorization } = request.headers;
      // Not `new URL`, which throws on some of what is sent, and takes what follows // for a host.
      const pathname = (request.url ?? '/').split('?', 1)[0]!;
      const isCall = pathname.startsWith('/api/');
      const { port: own } = server.address() as AddressInfo;
      const refusal = refusalOf({ host: name, origin, authorization }, own, isCall ? token : undefined);
      const stream = new AnswerStream(response);
      if (refusal) return stream.fail({ ...refusal, code: 'refused' });
      if (!isCall) return sendFile(files, pathname, request, response);
      const operation = pathname.slice('/api/'.length);
      if (operation === 'openapi.json' && request.method === 'GET') {
        response.setHeader('Content-Type', 'application/json; charset=utf-8');
        return void response.end(JSON.stringify(openApi(host.source.version)));
      }
      if (!isOperation(operation))
        return stream.fail({ status: 404, code: 'not-found', message: `There is no call ${pathname}.` });
      if (request.method !== 'POST')
        return stream.fail({ status: 405, code: 'bad-input', message: 'Calls are made with POST.' });
      if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
        return stream.fail({ status: 415, code: 'bad-input', message: 'A call is JSON (Content-Type).' });
      void call(operation, request, response);
    },
  );
  server.maxConnections = 128;
  server.listen(port, '127.0.0.1');
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => Promise.reject(error)),
  ]).catch((cause) => {
    throw new PellucidError(
      'bad-input',
      `The port ${port} cannot be used (${(cause as NodeJS.ErrnoException).code}): give another with --port, or none.`,
      { cause },
    );
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${own}/`,
    token,
    async close() {
      ending.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await host.close();
    },
  };
}

const tooManyCalls = `${mostCalls} calls are under way already: wait until some are done.`;

/** The body of a call. @throws PellucidError `bad-input` where it is too long or no JSON. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > mostBytes)
      throw new PellucidError('bad-input', `The request has more than ${mostBytes} bytes: shorten the text.`);
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch (cause) {
    throw new PellucidError('bad-input', 'The request is not JSON.', { cause });
  }
}

function sendFile(
  files: ReadonlyMap<string, PageFile>,
  path: string,
  { method }: IncomingMessage,
  response: ServerResponse,
): void {
  const file = files.get(path === '/' ? '/index.html' : path);
  if (!file || (method !== 'GET' && method !== 'HEAD')) {
    response.writeHead(file ? 405 : 404, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(file ? 'Method not allowed' : 'Not found');
    return;
  }
  response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.body.length });
  response.end(method === 'HEAD' ? undefined : file.body);
}
