import { readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Names of partial files that a download in this process is writing now. */
const active = new Set<string>();
let counter = 0;

const host = hostname().replace(/[^\w-]/g, '_');

/**
 * Takes the partial file of a blob for this download alone, so that two processes never write the same one: what an
 * earlier download left (`<blob>.incomplete`, or that of a process that no longer runs) is renamed to a name nobody
 * else uses. No lock is needed, because renaming is atomic and only one can win.
 * @returns its path; there is no file there when nothing was left
 */
export async function claimPartial(blob: string): Promise<string> {
  const own = `${blob}.${host}-${process.pid}-${++counter}.incomplete`;
  active.add(basename(own));
  for (const name of await readdir(dirname(blob))) {
    if (!isAbandoned(name, basename(blob))) continue;
    const taken = await rename(join(dirname(blob), name), own).then(
      () => true,
      () => false,
    );
    if (taken) break;
  }
  return own;
}

/** Lays a partial file where the next download finds it, if anything is in it. */
export async function leavePartial(own: string, blob: string): Promise<void> {
  const size = await stat(own).then(
    (found) => found.size,
    () => 0,
  );
  await (size > 0 ? rename(own, `${blob}.incomplete`) : rm(own, { force: true })).catch(() => undefined);
  forgetPartial(own);
}

/** Says that the partial file was renamed to its blob or removed. */
export function forgetPartial(own: string): void {
  active.delete(basename(own));
}

function isAbandoned(name: string, blob: string): boolean {
  if (name === `${blob}.incomplete`) return true;
  const prefix = `${blob}.${host}-`;
  const found = name.startsWith(prefix) ? /^(\d+)-\d+\.incomplete$/.exec(name.slice(prefix.length)) : null;
  if (!found) return false;
  const pid = Number(found[1]);
  return pid === process.pid ? !active.has(name) : !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
