import { realpathSync, rmSync } from 'node:fs';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PellucidError } from '../../errors.js';
import type { Scratch } from '../scratch.js';

/** What the folders are called: the number is the process's. */
const folderName = /^pellucid-weights-(\d+)-/;

/** Milliseconds after which a folder whose process is gone is nobody's: a day, for processes of other machines may share the place. */
const forgotten = 24 * 60 * 60 * 1000;

/** A file in the system's folder for temporary ones, which engines can map; it goes with the model or the process. */
export async function scratchFile(): Promise<Scratch> {
  await removeForgotten();
  const folder = await mkdtemp(join(tmpdir(), `pellucid-weights-${process.pid}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const path = join(folder, 'weights');
  const file = await open(path, 'w+');
  let closed = false;
  return {
    path: join(realpathSync(folder), 'weights'),
    async append(bytes) {
      try {
        for (let written = 0; written < bytes.length; )
          written += (await file.write(bytes, written, bytes.length - written)).bytesWritten;
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'it is full' : `writing fails (${code})`;
        throw new PellucidError(
          'bad-input',
          `The weights in 8 bits do not go into ${tmpdir()}: ${why}. Make room, or name another folder in the environment variable TMPDIR.`,
          { cause },
        );
      }
    },
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      return bytes.subarray(0, bytesRead);
    },
    async close() {
      if (closed) return;
      closed = true;
      process.off('exit', remove);
      await file.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Removes what processes left that were killed. */
async function removeForgotten(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const owner = folderName.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const folder = join(tmpdir(), name);
    const made = (await stat(folder).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - made > forgotten) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

function isAlive(process_: number): boolean {
  try {
    return process.kill(process_, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
