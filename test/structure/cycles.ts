import { importsOf, type RepositoryFile } from './repository.js';

/** Import cycles, each as the files along it; imports of types count. One cycle is given for each file that closes one. */
export function findCycles(files: readonly RepositoryFile[]): string[][] {
  const imports = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ target }) => (target ? [target] : []))]),
  );
  const cycles: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    trail.push(path);
    for (const target of imports.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const { path } of files) visit(path);
  return cycles;
}
