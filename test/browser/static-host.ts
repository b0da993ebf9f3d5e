import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/**
 * Serves a folder as the plainest of hosts do: below a path, no ranges, no headers but the type.
 * @param change what stands in place of parts of texts, such as an address
 */
export async function hostFolder(
  folder: string,
  path: string,
  change: readonly (readonly [from: string, to: string])[] = [],
): Promise<{ readonly address: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const inside = pathname.startsWith(path) ? pathname.slice(path.length) || 'index.html' : null;
    const type = types[extname(inside ?? '')] ?? 'application/octet-stream';
    const found = inside === null ? null : await readFile(join(folder, inside)).catch(() => null);
    const body =
      found && /html|json/.test(type)
        ? change.reduce((text, [from, to]) => text.replaceAll(from, to), String(found))
        : found;
    response.writeHead(body === null ? 404 : 200, { 'Content-Type': type });
    response.end(body ?? 'Not found');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
