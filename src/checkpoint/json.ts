import { PellucidError } from '../errors.js';

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
