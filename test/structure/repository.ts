import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A text file of the repository; `path` is relative to its root, with `/`. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

/** The repository's root: three folders above the compiled test. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Not the repository's own text: what is installed, compiled, cached, or another program's state. */
const foreignFolders = /^(node_modules|dist|__pycache__|\..*)$/;

/** Paths of all files under a folder of the repository, without installed, compiled or hidden ones; sorted. */
export function pathsUnder(folder: string): string[] {
  const paths: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory() && !foreignFolders.test(entry.name)) visit(join(path, entry.name));
      if (entry.isFile()) paths.push(relative(root, join(path, entry.name)).split(sep).join('/'));
    }
  };
  if (existsSync(join(root, folder))) visit(join(root, folder));
  return paths.sort();
}

/** The files under a folder whose paths match. */
export function readFiles(folder: string, matching: RegExp): RepositoryFile[] {
  return pathsUnder(folder)
    .filter((path) => matching.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** One import, export-from or dynamic import of a module. */
export interface Import {
  /** As written, e.g. `../tensor/index.js`. */
  readonly specifier: string;
  /** For a relative import the path of the imported source, e.g. `src/tensor/index.ts`. */
  readonly target: string | undefined;
  /** Whether only types are taken. */
  readonly typesOnly: boolean;
}

const statement = /^\s*(?:import|export)\s+([^'";]*?)\s*from\s*['"]([^'"]+)['"]/gm;
const sideEffect = /^\s*import\s*['"]([^'"]+)['"]/gm;
const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Whether a clause such as `type { A }` or `{ type A, type B }` takes types only. */
function takesTypesOnly(clause: string): boolean {
  if (/^type\s/.test(clause)) return true;
  const names = /^\{(.*)\}$/s
    .exec(clause)?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '');
  return names?.every((name) => /^\s*type\s/.test(name)) ?? false;
}

/** The imports of a TypeScript file, read from its text. */
export function importsOf(file: RepositoryFile): Import[] {
  const code = file.text.replace(/^\s*(\/\/|\/?\*).*$/gm, '');
  const create = (specifier: string, typesOnly: boolean): Import => {
    const target = specifier.startsWith('.')
      ? posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, '.ts')
      : undefined;
    return { specifier, target, typesOnly };
  };
  return [
    ...[...code.matchAll(statement)].map((match) => create(match[2]!, takesTypesOnly(match[1]!))),
    ...[...code.matchAll(sideEffect)].map((match) => create(match[1]!, false)),
    ...[...code.matchAll(dynamic)].map((match) => create(match[1]!, false)),
  ];
}
