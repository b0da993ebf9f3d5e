import type { RepositoryFile } from './repository.js';

/** Most lines a file may have, and most that half of the files may have. */
const longestFile = 500;
const longestMedian = 150;

function countLines(file: RepositoryFile): number {
  return file.text.replace(/\n$/, '').split('\n').length;
}

/** Files that are too long; generated code is not read by people and is left out. */
export function findLongFiles(files: readonly RepositoryFile[]): string[] {
  const lengths = files
    .filter((file) => !file.path.includes('/generated/'))
    .map((file) => ({ path: file.path, lines: countLines(file) }))
    .sort((a, b) => a.lines - b.lines);
  const tooLong = lengths
    .filter(({ lines }) => lines > longestFile)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${longestFile}`);
  const median = lengths[Math.floor((lengths.length - 1) / 2)]?.lines ?? 0;
  return median > longestMedian
    ? [...tooLong, `half of the files have more than ${median - 1} lines`]
    : tooLong;
}

const emptyNames = /^(utils?|helpers?|common|core|libs?|misc|shared)$/;
const kebabCase = /^[a-z0-9]+([-.][a-z0-9]+)*$/;

/** Paths whose folder or file says nothing about what is inside, or is not in kebab case. */
export function findBadNames(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const parts = path.split('/').map((part) => part.replace(/(\.test|\.d)?\.(ts|mjs|js|py)$/, ''));
    const empty = parts
      .filter((part) => emptyNames.test(part))
      .map((part) => `${path}: "${part}" names no idea`);
    // An architecture's file is called what its `model_type` is called.
    const foreign = /\/architectures\/[^/]+$/.test(path) || /\/generated\/|\.py$/.test(path);
    const badlyCased = parts
      .filter((part) => !kebabCase.test(part))
      .map((part) => `${path}: "${part}" is not kebab-case`);
    return foreign ? empty : [...empty, ...badlyCased];
  });
}

const focusedOrSkipped =
  /(?:^|[^\w.])(?:test|it|suite|describe|t)\.(only|skip|todo)\s*\(|[{,]\s*(only|todo)\s*:\s*true/gm;

/** Tests that are focused, skipped without a condition, or left for later. */
export function findSkippedTests(files: readonly RepositoryFile[]): string[] {
  return files.flatMap((file) =>
    [...file.text.matchAll(focusedOrSkipped)].map((match) => `${file.path}: ${match[0].trim()}`),
  );
}

const silencing = /@ts-(ignore|nocheck|expect-error)|biome-ignore|eslint-disable|:\s*any\b|\bas any\b/g;

const docstringLine = /^\s*(\/\*)?\*.*$/gm;

/** Places where the type checker or the linter is silenced. */
export function findSilencedRules(files: readonly RepositoryFile[]): string[] {
  return files.flatMap((file) =>
    [...file.text.replace(docstringLine, '').matchAll(silencing)].map((match) => `${file.path}: ${match[0]}`),
  );
}
