import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../../test/figures/snapshots/', import.meta.url);
const mostBytes = 30_000;

function read(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Holds a drawing against the file of that name in `test/figures/snapshots`. Where they differ the new one is written
 * beside it, with `.actual` before its extension, to look at. UPDATE_SNAPSHOTS=1 accepts what is drawn.
 */
export function assertSnapshot(name: string, drawn: string): void {
  assert.ok(drawn.length <= mostBytes, `${name} has ${drawn.length} bytes; a snapshot may have ${mostBytes}`);
  const file = new URL(name, folder);
  const actual = new URL(name.replace(/(\.\w+)$/, '.actual$1'), folder);
  mkdirSync(folder, { recursive: true });
  if (process.env.UPDATE_SNAPSHOTS === '1') writeFileSync(file, drawn);
  if (read(file) === drawn) {
    rmSync(actual, { force: true });
    return;
  }
  writeFileSync(actual, drawn);
  assert.fail(
    `the drawing differs from ${name}; look at ${fileURLToPath(actual)}, and accept it with UPDATE_SNAPSHOTS=1`,
  );
}
