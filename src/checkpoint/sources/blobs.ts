import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';

/**
 * The files of a checkpoint that a browser was given: picked, dropped, or made in memory. Nothing is sent anywhere.
 * @param blobs contents by file name, or the files themselves
 * @param id what to call the model in results and messages
 */
export function openBlobs(
  blobs: ReadonlyMap<string, Blob> | Iterable<File>,
  id = 'the given files',
): CheckpointFiles {
  const byName = new Map<string, Blob>(
    [...blobs].map((each) => (Array.isArray(each) ? each : [(each as File).name, each as File])),
  );
  const find = (name: string): Blob => {
    const blob = byName.get(name);
    if (blob) return blob;
    throw new PellucidError('not-found', `there is no file ${name} in ${id}`);
  };
  return {
    id,
    names: [...byName.keys()].sort(),
    size: async (name) => find(name).size,
    read: async (name, start, end) => readBlob(find(name), name, start, end),
    path: () => undefined,
  };
}

/** The bytes [start, end) of a blob. @throws PellucidError `bad-checkpoint` when the range leaves it. */
export async function readBlob(blob: Blob, name: string, start = 0, end = blob.size): Promise<Uint8Array> {
  checkRange(name, blob.size, start, end);
  return new Uint8Array(await blob.slice(start, end).arrayBuffer());
}

/** @throws PellucidError `bad-checkpoint` when [start, end) is no part of a file of that size. */
export function checkRange(name: string, size: number, start: number, end: number): void {
  if (start >= 0 && start <= end && end <= size) return;
  throw new PellucidError(
    'bad-checkpoint',
    `${name} is ${size} bytes long, and bytes ${start} to ${end} were needed`,
  );
}
