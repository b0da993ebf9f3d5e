import { importsOf, type RepositoryFile } from './repository.js';

/** The package that a bare import names: `@scope/name/file.js` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Packages that the files import but users would not get, because they are not among the dependencies. */
export function findUndeclared(files: readonly RepositoryFile[], dependencies: readonly string[]): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter(({ specifier, target }) => target === undefined && !specifier.startsWith('node:'))
      .map(({ specifier }) => packageOf(specifier))
      .filter((name) => !dependencies.includes(name))
      .map((name) => `${file.path} imports ${name}, which is no dependency`),
  );
}

/** Dependencies that no file names, in an import or in any other string. */
export function findUnused(files: readonly RepositoryFile[], dependencies: readonly string[]): string[] {
  return dependencies.filter((name) => {
    const quoted = new RegExp(`['"\`]${name}(/[^'"\`]*)?['"\`]`);
    return !files.some((file) => quoted.test(file.text));
  });
}
