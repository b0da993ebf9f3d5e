import { PellucidError } from '../errors.js';
import { randomOf } from '../random.js';
import { bytesPerElement } from '../tensor/index.js';
import type { Checkpoint } from './checkpoint.js';
import type { CheckpointFiles } from './checkpoint-files.js';
import type { Weight } from './weights.js';

/** Weights that are shuffled are held in memory: no more than this, in bytes. */
const mostBytes = 4 * 2 ** 30;

/**
 * The same checkpoint with the numbers of some weights in random order, so that they have the same distribution and
 * mean nothing. Nothing is written: the numbers are shuffled as they are read.
 * @param chosen which weights, by name
 * @throws PellucidError `unsupported` where the weights are too large to be held in memory.
 */
export function shuffleWeights(
  checkpoint: Checkpoint,
  chosen: (name: string) => boolean,
  seed: number,
): Checkpoint {
  const { files, weights, contentHash } = checkpoint;
  const all = [...weights.values()];
  const bytes = all.reduce((sum, { length }) => sum + length, 0);
  if (bytes > mostBytes) {
    throw new PellucidError(
      'unsupported',
      `The weights of ${files.id} have ${(bytes / 2 ** 30).toFixed(1)} GiB, and at most ${mostBytes / 2 ** 30} GiB are randomized in memory: use a smaller model.`,
    );
  }
  const shuffled = all.filter(({ name }) => chosen(name));
  return {
    ...checkpoint,
    contentHash: `${contentHash} with ${shuffled.length} weights shuffled by seed ${seed}`,
    files: shuffledFiles(files, shuffled, seed),
  };
}

function shuffledFiles(files: CheckpointFiles, shuffled: readonly Weight[], seed: number): CheckpointFiles {
  const touched = new Set(shuffled.map(({ file }) => file));
  return {
    ...files,
    size: (name) => files.size(name),
    path: (name) => (touched.has(name) ? undefined : files.path(name)),
    async read(name, start = 0, end) {
      const last = end ?? (await files.size(name));
      const bytes = (await files.read(name, start, last)).slice();
      for (const weight of shuffled) {
        const { file, offset, length } = weight;
        if (file !== name || offset >= last || offset + length <= start) continue;
        const values = await shuffledBytes(files, weight, seed);
        const from = Math.max(offset, start);
        const to = Math.min(offset + length, last);
        bytes.set(values.subarray(from - offset, to - offset), from - start);
      }
      return bytes;
    },
  };
}

/** The bytes of a weight with its elements in random order, the same for the same name and seed. */
async function shuffledBytes(files: CheckpointFiles, weight: Weight, seed: number): Promise<Uint8Array> {
  const { file, offset, length, dtype, name } = weight;
  const bytes = await files.read(file, offset, offset + length);
  const size = bytesPerElement[dtype];
  const random = randomOf((hash(name) ^ seed) >>> 0);
  const shuffled = new Uint8Array(length);
  const order = random.permutation(length / size);
  for (const [to, from] of order.entries()) {
    for (let i = 0; i < size; i++) shuffled[to * size + i] = bytes[from * size + i]!;
  }
  return shuffled;
}

/** FNV-1a: gives each weight an order of its own. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
