import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** A page of compiled modules, bundled as users bundle them and served as threads need it. */
export interface Site {
  readonly address: string;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

const page =
  '<!doctype html><title>test</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

/** What a page must be served with to have threads. */
const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Bundles a compiled module and serves it on a page of its own.
 * @param entry the compiled module that the page runs
 * @param folders more folders to serve, by the first part of their address
 */
export async function openSite(entry: URL, folders: Readonly<Record<string, URL>> = {}): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'pellucid-site-'));
  await writeFile(join(folder, 'index.html'), page);
  await build({
    root: fileURLToPath(new URL('.', entry)),
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    worker: { format: 'es', rollupOptions: { output: { chunkFileNames: '[name].js' } } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: { page: fileURLToPath(entry) }, output: { entryFileNames: '[name].js' } },
    },
  });
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://localhost').pathname));
    const [, first = '', ...rest] = path.split('/');
    const within = folders[first] ? fileURLToPath(folders[first]) : folder;
    const file = join(within, folders[first] ? rest.join('/') : path === '/' ? 'index.html' : path);
    const body = await readFile(file).catch(() => null);
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const part = body?.subarray(Number(range?.[1] ?? 0), Number(range?.[2] ?? body.length) + 1);
    response.writeHead(body === null ? 404 : range ? 206 : 200, {
      ...isolated,
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      ...(range && part
        ? { 'Content-Range': `bytes ${range[1]}-${Number(range[1]) + part.length - 1}/${body!.length}` }
        : {}),
    });
    response.end(part);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
