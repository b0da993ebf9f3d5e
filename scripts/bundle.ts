/**
 * Joins the compiled package and the packages that it stands on into the few files that Node loads when it is used: a
 * program that imports hundreds waits for each of them. Written anew where a source is newer.
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = join(root, 'dist/bundle');

/** What has code of the machine, or finds its own files beside itself. */
const external = [/^onnxruntime-/, /^@resvg\//];

/** The files that are loaded from outside: by name of the bundled file, the compiled one. */
function entries(): Record<string, string> {
  const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly node: string; readonly default: string }>>;
    readonly bin: Readonly<Record<string, string>>;
  };
  const found: Record<string, string> = { [nameOf(bin.pellucid!)]: join(root, 'dist/src/cli/main.js') };
  for (const entry of Object.values(exports)) {
    if (typeof entry !== 'string') found[nameOf(entry.node)] = join(root, entry.default);
  }
  return found;
}

function nameOf(path: string): string {
  return basename(path, '.js');
}

/** Files that code finds from its own place are found from where it stood before. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  transform(code, id) {
    if (!id.startsWith(join(root, 'dist/src')) || !code.includes('import.meta.url')) return null;
    const place = JSON.stringify(relative(bundle, id).replaceAll('\\', '/'));
    return code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`);
  },
};

/** The time of the newest file under a folder. */
function newest(folder: string): number {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const times = files
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(0, ...times);
}

/** The licences of the packages that modules come from: they ask to travel with the code. */
function licences(modules: Iterable<string>): string {
  const folders = new Set(Array.from(modules, (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0]));
  folders.delete(undefined);
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder!, 'package.json'), 'utf8'));
    const file = readdirSync(folder!).find((entry) => /^licen[cs]e/i.test(entry));
    const text =
      file === undefined ? `Licence: ${license}` : readFileSync(join(folder!, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** Writes the bundle unless it is newer than what it is made from. */
export async function buildBundle(): Promise<void> {
  const built = statSync(join(bundle, 'licences.txt'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const lock = statSync(join(root, 'package-lock.json')).mtimeMs;
  if (built > Math.max(newest('src'), newest('scripts'), lock)) return;
  rmSync(bundle, { recursive: true, force: true });
  const build = await rolldown({ input: entries(), platform: 'node', external, plugins: [keepPlaces] });
  const { output } = await build.write({ dir: bundle, format: 'esm' });
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  writeFileSync(join(bundle, 'licences.txt'), licences(modules));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBundle();
