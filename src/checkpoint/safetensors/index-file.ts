import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { parseJsonObject } from '../json.js';
import { shown } from '../untrusted-text.js';
import type { Weights } from '../weights.js';

/** A real index names a few hundred shards at most. */
const shardBound = 10_000;

/**
 * The shards that an index file (`model.safetensors.index.json`) lists, and which tensor lies in which.
 * @param file name of the index, for messages
 * @returns file name of the shard by tensor name
 * @throws PellucidError `bad-checkpoint` when it is malformed or names a file outside the checkpoint.
 */
export function parseIndex(file: string, bytes: Uint8Array): Map<string, string> {
  const map = parseJsonObject(file, bytes).weight_map;
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new PellucidError('bad-checkpoint', `${file} has no "weight_map" object`);
  }
  const shardOf = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(map)) {
    if (typeof shard !== 'string' || !isPlainName(shard)) {
      throw new PellucidError(
        'bad-checkpoint',
        `${file} names "${shown(shard)}" as a shard, which is not the name of a safetensors file beside it`,
      );
    }
    shardOf.set(tensor, shard);
  }
  if (shardOf.size === 0) throw new PellucidError('bad-checkpoint', `${file} lists no tensors`);
  if (new Set(shardOf.values()).size > shardBound) {
    throw new PellucidError('bad-checkpoint', `${file} lists more than ${shardBound} shards`);
  }
  return shardOf;
}

/** Shards lie beside their index, so a name has no separators and no drive, and leads nowhere else. */
function isPlainName(name: string): boolean {
  return /^[\w-][\w.+-]{0,200}\.safetensors$/.test(name);
}

/** @throws PellucidError `not-found` naming the shards that the checkpoint lacks. */
export function checkShardsPresent(files: CheckpointFiles, index: string, shards: Iterable<string>): void {
  const missing = [...new Set(shards)].filter((shard) => !files.names.includes(shard)).sort();
  if (missing.length === 0) return;
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  throw new PellucidError(
    'not-found',
    `${files.id} lacks ${missing.slice(0, 3).join(', ')}${more}, listed by its ${index}; download the checkpoint again`,
  );
}

/** @throws PellucidError `bad-checkpoint` when a tensor of the index is not in the shard it names. */
export function checkTensorsPresent(
  index: string,
  shardOf: ReadonlyMap<string, string>,
  weights: Weights,
): void {
  for (const [tensor, shard] of shardOf) {
    if (weights.get(tensor)?.file !== shard) {
      throw new PellucidError(
        'bad-checkpoint',
        `${index} says that ${shard} holds tensor "${shown(tensor)}", but it does not`,
      );
    }
  }
}
