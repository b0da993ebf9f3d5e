/** Builds the page of the studio where it is missing or older than its sources: two seconds, or none. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the page is made from; not what it is compiled to, which each compilation writes anew. */
const sources = ['studio', 'src/api', 'src/client', 'src/explanations', 'src/figures', 'src/tensor'];

/** The time of the newest file under a folder; 0 where there is none. */
function newest(folder: string): number {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Math.max(0, ...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

/** Builds the page unless it is newer than what it is made from. */
export async function buildStudio(): Promise<void> {
  const built = statSync(join(root, 'dist/studio/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built > Math.max(...sources.map(newest))) return;
  await build({ configFile: join(root, 'studio/vite.config.ts') });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildStudio();
