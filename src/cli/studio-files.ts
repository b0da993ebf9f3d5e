import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PellucidError } from '../errors.js';
import type { PageFile } from '../server/index.js';

/** Where the build of the studio puts its page. */
const folder = fileURLToPath(new URL('../../studio/', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The built page, by path. @throws PellucidError `not-found` where it was not built. */
export async function studioFiles(): Promise<Map<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, PageFile>();
  for (const entry of entries) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { type, body: await readFile(path) });
  }
  if (files.has('/index.html')) return files;
  throw new PellucidError(
    'not-found',
    'The page of the studio is not built: run `npm run build:studio` first.',
  );
}
