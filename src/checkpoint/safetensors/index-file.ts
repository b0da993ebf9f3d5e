import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { readJsonObject } from '../json.js';
import { shown } from '../untrusted-text.js';
import { indexFile } from '../weight-files.js';
import type { Weights } from '../weights.js';

/** A real index names a few hundred shards at most. */
const shardBound = 10_000;

/** The index of a model with a million tensors would be this long. */
const indexBound = 100_000_000;

/**
 * Which shard of a checkpoint holds which tensor, as its `model.safetensors.index.json` says.
 * @returns file name of the shard by tensor name
 * @throws PellucidError `bad-checkpoint` when it is malformed or names a file outside the checkpoint.
 */
export async function readIndex(files: CheckpointFiles): Promise<Map<string, string>> {
  return parseIndex(indexFile, await readJsonObject(files, indexFile, indexBound));
}

/** As {@link readIndex}, from the index's content. @param file its name, for messages */
export function parseIndex(file: string, index: Readonly<Record<string, unknown>>): Map<string, string> {
  const map = index.weight_map;
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
export function checkShardsPresent(files: CheckpointFiles, shards: Iterable<string>): void {
  const missing = [...new Set(shards)].filter((shard) => !files.names.includes(shard)).sort();
  if (missing.length === 0) return;
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  throw new PellucidError(
    'not-found',
    `${files.id} lacks ${missing.slice(0, 3).join(', ')}${more}, listed by its ${indexFile}; download the checkpoint again`,
  );
}

/** @throws PellucidError `bad-checkpoint` when a tensor of the index is not in the shard it names. */
export function checkTensorsPresent(shardOf: ReadonlyMap<string, string>, weights: Weights): void {
  for (const [tensor, shard] of shardOf) {
    if (weights.get(tensor)?.file !== shard) {
      throw new PellucidError(
        'bad-checkpoint',
        `${indexFile} says that ${shard} holds tensor "${shown(tensor)}", but it does not`,
      );
    }
  }
}
