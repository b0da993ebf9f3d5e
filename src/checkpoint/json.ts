import { PellucidError } from '../errors.js';
import type { CheckpointFiles } from './checkpoint-files.js';

/**
 * The JSON object that a file of a checkpoint holds.
 * @param file name for messages
 * @throws PellucidError `bad-checkpoint` when the bytes are not UTF-8, not JSON or not an object.
 */
export function parseJsonObject(file: string, bytes: Uint8Array): Record<string, unknown> {
  const parsed = parseJson(file, bytes);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new PellucidError('bad-checkpoint', `${file} does not hold a JSON object`);
  }
  return parsed as Record<string, unknown>;
}

function parseJson(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PellucidError('bad-checkpoint', `${file} is not valid JSON`, { cause });
  }
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
  return parseJsonObject(name, await readBounded(files, name, bound));
}

/**
 * The JSON list that a file of a checkpoint holds.
 * @throws PellucidError as {@link readJsonObject}, and `bad-checkpoint` when it is no list.
 */
export async function readJsonList(files: CheckpointFiles, name: string): Promise<unknown[]> {
  const parsed = parseJson(name, await readBounded(files, name, usualBound));
  if (Array.isArray(parsed)) return parsed;
  throw new PellucidError('bad-checkpoint', `${name} does not hold a JSON list`);
}

async function readBounded(files: CheckpointFiles, name: string, bound: number): Promise<Uint8Array> {
  const size = await files.size(name);
  if (size > bound) {
    throw new PellucidError(
      'bad-checkpoint',
      `${name} of ${files.id} is ${size} bytes long, and at most ${bound} are read`,
    );
  }
  return files.read(name);
}
