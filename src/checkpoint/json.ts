import { PellucidError } from '../errors.js';
import type { CheckpointFiles } from './checkpoint-files.js';

/**
 * The JSON object that a file of a checkpoint holds.
 * @param file name for messages
 * @throws PellucidError `bad-checkpoint` when the bytes are not UTF-8, not JSON or not an object.
 */
export function parseJsonObject(file: string, bytes: Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PellucidError('bad-checkpoint', `${file} is not valid JSON`, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new PellucidError('bad-checkpoint', `${file} does not hold a JSON object`);
  }
  return parsed as Record<string, unknown>;
}

/** Files of JSON are held in memory whole; a real config has some kB. */
const usualBound = 10_000_000;

/**
 * The JSON object that a file of a checkpoint holds, unless the file is larger than `bound` bytes.
 * @throws PellucidError `not-found`, or `bad-checkpoint` as {@link parseJsonObject} and when it is too large.
 */
export async function readJsonObject(
  files: CheckpointFiles,
  name: string,
  bound = usualBound,
): Promise<Record<string, unknown>> {
  const size = await files.size(name);
  if (size > bound) {
    throw new PellucidError(
      'bad-checkpoint',
      `${name} of ${files.id} is ${size} bytes long, and at most ${bound} are read`,
    );
  }
  return parseJsonObject(name, await files.read(name));
}
