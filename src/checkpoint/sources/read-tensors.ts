import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PellucidError } from '../../errors.js';
import type { Tensor } from '../../tensor/index.js';
import { parseSafetensors } from '../safetensors/read.js';

/** Files read whole are small: activations, goldens. */
const bound = 2 ** 31 - 1;

/**
 * All tensors of a safetensors file on this machine, read into memory whole.
 * @throws PellucidError `not-found`, `bad-input` when it cannot be read or is larger than 2 GiB, and as
 * {@link parseSafetensors}.
 */
export async function readTensors(path: string): Promise<Map<string, Tensor>> {
  return parseSafetensors(await readWhole(path), basename(path));
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > bound) {
      throw new PellucidError(
        'bad-input',
        `${path} is ${size} bytes long, and at most 2 GiB are read at once`,
      );
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof PellucidError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new PellucidError('not-found', `there is no file ${path}`, { cause });
    throw new PellucidError('bad-input', `${path} cannot be read (${code})`, { cause });
  }
}
