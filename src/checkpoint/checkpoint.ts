import { PellucidError } from '../errors.js';
import type { Tensor } from '../tensor/index.js';
import type { Adapter } from './adapter/adapter.js';
import type { CheckpointFiles } from './checkpoint-files.js';
import { contentHashOf } from './content-hash.js';
import { readJsonObject } from './json.js';
import { refuseConfig } from './refuse-config.js';
import { checkShardsPresent, checkTensorsPresent, readIndex } from './safetensors/index-file.js';
import { readHeader, readWeightData } from './safetensors/read.js';
import { isSentenceFile, readSentenceEncoder, type SentenceEncoder } from './sentence-encoder.js';
import { shown } from './untrusted-text.js';
import { configFile, singleFile, weightLayout } from './weight-files.js';
import type { Weight, Weights } from './weights.js';

/** A published model as its files tell it, before anything is computed: no weight has been read. */
export interface Checkpoint {
  readonly files: CheckpointFiles;
  /** `config.json` as it stands. */
  readonly config: Readonly<Record<string, unknown>>;
  /** `config.model_type`: names the architecture, e.g. `gpt2`. */
  readonly modelType: string;
  /** Every tensor of the safetensors files, by the name that stands there. */
  readonly weights: Weights;
  /** What the checkpoint's files hold, in short: see {@link contentHashOf}. */
  readonly contentHash: string;
  /** What makes sentence embeddings of its last hidden states, where it has a `modules.json`. */
  readonly sentenceEncoder: SentenceEncoder | undefined;
  /** What is added to the weights, where an adapter is on them. */
  readonly adapter?: Adapter;
}

/**
 * Opens a checkpoint: its config and the headers of its safetensors files (one, or shards with an index).
 * @throws PellucidError `not-found` when it lacks a file, `bad-checkpoint` when a file is malformed, `unsupported`
 * when its weights are not safetensors.
 */
export async function openCheckpoint(files: CheckpointFiles): Promise<Checkpoint> {
  const layout = weightLayout(files.id, files.names);
  const config = await readJsonObject(files, configFile);
  const modelType = config.model_type;
  if (typeof modelType !== 'string' || modelType === '') {
    throw new PellucidError(
      'bad-checkpoint',
      `${configFile} of ${files.id} has no "model_type", so it does not say which architecture the model has`,
    );
  }
  refuseConfig(config, files.id);
  const weights =
    layout === 'single' ? (await readHeader(files, singleFile)).weights : await readShards(files);
  const sentenceEncoder = await readSentenceEncoder(files);
  const modules = sentenceEncoder ? files.names.filter(isSentenceFile) : [];
  const contentHash = await contentHashOf(files, configFile, weights, modules);
  return { files, config, modelType, weights, contentHash, sentenceEncoder };
}

/**
 * The values of one weight by its name in the file.
 * @throws PellucidError `not-found` when there is none, `unsupported` when it is larger than 2 GiB.
 */
export async function readWeight(checkpoint: Checkpoint, name: string): Promise<Tensor> {
  const weight = checkpoint.weights.get(name);
  if (!weight) throw new PellucidError('not-found', `${checkpoint.files.id} has no tensor "${name}"`);
  return readWeightData(checkpoint.files, weight);
}

async function readShards(files: CheckpointFiles): Promise<Weights> {
  const shardOf = await readIndex(files);
  checkShardsPresent(files, shardOf.values());
  const weights = new Map<string, Weight>();
  for (const shard of [...new Set(shardOf.values())].sort()) {
    for (const [name, weight] of (await readHeader(files, shard)).weights) {
      const twin = weights.get(name);
      if (twin) {
        throw new PellucidError(
          'bad-checkpoint',
          `tensor "${shown(name)}" is both in ${twin.file} and in ${shard}`,
        );
      }
      weights.set(name, weight);
    }
  }
  checkTensorsPresent(shardOf, weights);
  return weights;
}
