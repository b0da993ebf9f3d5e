import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const mostBytes = 30_000;

function read(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Holds a text against a file below `test/`. Where they differ the new one is written beside it, with `.actual` before
 * its extension, to look at. UPDATE_SNAPSHOTS=1 accepts what was made.
 * @param path from `test/`, e.g. `figures/snapshots/plain.svg`
 */
export function assertSnapshot(path: string, made: string): void {
  assert.ok(made.length <= mostBytes, `${path} has ${made.length} bytes; a snapshot may have ${mostBytes}`);
  const file = new URL(`../../test/${path}`, import.meta.url);
  const actual = new URL(`../../test/${path.replace(/(\.\w+)$/, '.actual$1')}`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  if (process.env.UPDATE_SNAPSHOTS === '1') writeFileSync(file, made);
  if (read(file) === made) {
    rmSync(actual, { force: true });
    return;
  }
  writeFileSync(actual, made);
  assert.fail(
    `it differs from test/${path}; look at ${fileURLToPath(actual)}, and accept it with UPDATE_SNAPSHOTS=1`,
  );
}
