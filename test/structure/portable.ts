import { posix } from 'node:path';
import { importsOf, type RepositoryFile } from './repository.js';

/** The source of a compiled file: `./dist/src/a.js` → `src/a.ts`. */
function sourceOf(compiled: string): string {
  return compiled.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts');
}

const workerScript = /new URL\(\s*'(\.[^']+\.js)'\s*,\s*import\.meta\.url\s*\)/g;

/** Files that a module loads when it is asked to, as a worker for example. */
function addressed(file: RepositoryFile): string[] {
  return [...file.text.matchAll(workerScript)].map((match) =>
    posix.join(posix.dirname(file.path), match[1]!).replace(/\.js$/, '.ts'),
  );
}

/**
 * What a browser could not load, with the way there from an entry: modules of Node, and ONNX Runtime's build for it.
 * @param replaced the field `browser` of package.json: what bundlers for browsers put in a file's place
 */
export function findUnportable(
  files: readonly RepositoryFile[],
  entry: string,
  replaced: Readonly<Record<string, string>>,
): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const substitutes = new Map(Object.entries(replaced).map(([from, to]) => [sourceOf(from), sourceOf(to)]));
  const problems: string[] = [];
  const seen = new Set<string>();
  const visit = (asked: string, trail: readonly string[]): void => {
    const path = substitutes.get(asked) ?? asked;
    if (seen.has(path)) return;
    seen.add(path);
    const file = byPath.get(path);
    const way = [...trail, path];
    if (!file) {
      problems.push(`${way.join(' → ')}: there is no such file`);
      return;
    }
    for (const { specifier, target, typesOnly } of importsOf(file)) {
      if (typesOnly) continue;
      if (target !== undefined) visit(target, way);
      else if (/^(node:|onnxruntime-node$|@resvg\/)/.test(specifier))
        problems.push(`${way.join(' → ')} imports ${specifier}`);
    }
    for (const script of addressed(file)) visit(script, way);
  };
  visit(entry, []);
  return problems;
}
