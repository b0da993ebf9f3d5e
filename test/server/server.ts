import { once } from 'node:events';
import { request } from 'node:http';
import { ModelHost, type ModelSource } from '../../src/api/index.js';
import { loadModel } from '../../src/load-model.js';
import { type StudioServer, type StudioServerOptions, startServer } from '../../src/server/index.js';

/** Bundled models, for tests. */
export const bundledSource: ModelSource = {
  first: 'pellucid-gpt2',
  version: '0.0.0',
  list: async () =>
    ['pellucid-gpt2', 'pellucid-bert'].map((name) => ({ name, title: name, modelType: '', from: 'bundled' })),
  load: (name) => loadModel(name),
};

export const page = new Map([
  ['/index.html', { type: 'text/html; charset=utf-8', body: new TextEncoder().encode('<!doctype html>') }],
]);

export function serve(
  source: Partial<ModelSource> = {},
  options: Partial<StudioServerOptions> = {},
): Promise<StudioServer> {
  return startServer({ host: new ModelHost({ ...bundledSource, ...source }), files: page, ...options });
}

/** One request with headers as they are, which `fetch` would not send. */
export async function send(
  server: StudioServer,
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    readonly signal?: AbortSignal;
  } = {},
) {
  const { method = 'POST', headers = {}, body, signal } = options;
  const sent = request(server.address, {
    path: path.startsWith('/') ? path : `/${path}`,
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json', ...headers },
    ...(signal ? { signal } : {}),
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode!, headers: response.headers, text };
}
