import type { CheckpointFiles } from '../checkpoint/checkpoint-files.js';
import { parseJsonObject } from '../checkpoint/json.js';
import { parseSafetensors } from '../checkpoint/safetensors/read.js';
import { serializeSafetensors } from '../checkpoint/safetensors/write.js';
import { PellucidError } from '../errors.js';
import type { Model } from '../model/index.js';
import { type Tensor, tensor, toFloat32 } from '../tensor/index.js';
import type { ReadingDefinition } from './reading.js';
import { unembedHash } from './unembed-hash.js';

/**
 * softmax(W_U · norm(h + A h + b)) with an A and a b for each layer that bring its stream as near to the model's answer as they
 * can (Belrose et al. 2023).
 */
export const tunedLens: ReadingDefinition = {
  name: 'tuned-lens',
  title: 'Tuned lens',
  summary: 'the logit lens behind a translation that was learned for each layer',
  paper: 'Belrose et al. 2023, https://arxiv.org/abs/2303.08112',
  gives: 'lens',
};

/** What is added to the stream of a layer before it is read: A h + b. */
export interface Translator {
  /** A, [to, from]. */
  readonly weight: Float32Array;
  /** b */
  readonly bias: Float32Array;
}

/** A lens that was tuned for a model. */
export interface TunedLens {
  /** Of the stream before each layer. */
  readonly translators: readonly Translator[];
  readonly width: number;
  /** The model that it was tuned for, and the hash of its output matrix. */
  readonly base: string;
  readonly unembedHash: string | null;
}

const paramsFile = 'params.safetensors';
const configFile = 'config.json';
/** What headers and names may take beside the numbers. */
const overhead = 1_000_000;

/** A lens that changes nothing: the logit lens. */
export async function identityLens(model: Model): Promise<TunedLens> {
  const { layers, width } = model.dimensions;
  const translators = Array.from({ length: layers }, () => ({
    weight: new Float32Array(width * width),
    bias: new Float32Array(width),
  }));
  return { translators, width, base: model.id, unembedHash: await unembedHash(await model.unembedding()) };
}

/**
 * Opens a lens in the form of the package tuned-lens: `config.json`, and `{layer}.weight` and `{layer}.bias` in
 * `params.safetensors`.
 * @throws PellucidError `unsupported` for pickled parameters, `bad-checkpoint` where the lens is damaged or was tuned for another
 * model, `not-found`.
 */
export async function openTunedLens(model: Model, files: CheckpointFiles): Promise<TunedLens> {
  const { id, names } = files;
  const damaged = (what: string) =>
    new PellucidError('bad-checkpoint', `The lens in ${id} cannot be used: ${what}.`);
  if (!names.includes(paramsFile)) {
    if (names.some((name) => /\.(pt|bin|pkl)$/.test(name)))
      throw new PellucidError(
        'unsupported',
        `${id} has its lens only as a pickle, which can run code and is never opened: load it in Python and save its state_dict as ${paramsFile} with safetensors.`,
      );
    throw new PellucidError('not-found', `${id} holds no lens: it has no ${paramsFile}.`);
  }
  const config = parseJsonObject(configFile, await files.read(configFile));
  const { layers, width } = model.dimensions;
  if (config.lens_type !== undefined && config.lens_type !== 'linear_tuned_lens')
    throw damaged(`its lens_type is ${JSON.stringify(config.lens_type)}, and linear_tuned_lens is read`);
  if (config.d_model !== width || config.num_hidden_layers !== layers)
    throw damaged(
      `it is for ${config.num_hidden_layers} layers of width ${config.d_model}, and ${model.id} has ${layers} of ${width}`,
    );
  const hash = await unembedHash(await model.unembedding());
  const known = typeof config.unembed_hash === 'string' ? config.unembed_hash : null;
  if (known !== null && known !== hash)
    throw damaged(
      `it was tuned for another output matrix (unembed_hash ${known.slice(0, 12)}…, and ${model.id} has ${hash.slice(0, 12)}…)`,
    );
  if ((await files.size(paramsFile)) > layers * (width + 1) * width * 4 + overhead)
    throw damaged(`${paramsFile} is larger than its layers`);
  const params = parseSafetensors(await files.read(paramsFile), paramsFile);
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const found = params.get(name);
    if (found?.shape.join() !== shape.join() || !/^(F32|F16|BF16)$/.test(found.dtype))
      throw damaged(`${paramsFile} has no ${name} of shape ${shape.join(' × ')}`);
    const { data } = toFloat32(found);
    if (!data.every(Number.isFinite)) throw damaged(`${name} holds NaN or an infinity`);
    return data;
  };
  const translators = Array.from({ length: layers }, (_, layer) => ({
    weight: take(`${layer}.weight`, [width, width]),
    bias: params.has(`${layer}.bias`) ? take(`${layer}.bias`, [width]) : new Float32Array(width),
  }));
  const base = String(config.base_model_name_or_path ?? '');
  return { translators, width, base, unembedHash: known };
}

/** The files of a lens, by name, as {@link openTunedLens} reads them. */
export function tunedLensFiles({
  translators,
  width,
  base,
  unembedHash: hash,
}: TunedLens): Map<string, Uint8Array> {
  const tensors = new Map<string, Tensor>(
    translators.flatMap(({ weight, bias }, layer) => [
      [`${layer}.weight`, tensor('F32', [width, width], weight)] as const,
      [`${layer}.bias`, tensor('F32', [width], bias)] as const,
    ]),
  );
  const config = {
    ...{ base_model_name_or_path: base, d_model: width, num_hidden_layers: translators.length, bias: true },
    ...{ base_model_revision: null, unembed_hash: hash, lens_type: 'linear_tuned_lens' },
  };
  return new Map([
    [configFile, new TextEncoder().encode(`${JSON.stringify(config, null, 1)}\n`)],
    [paramsFile, serializeSafetensors(tensors)],
  ]);
}

/** h + A h + b of every position, [position, width]; sums are in double precision. */
export function translate({ weight, bias }: Translator, stream: Float32Array): Float32Array {
  const width = bias.length;
  const result = new Float32Array(stream.length);
  for (let from = 0; from < stream.length; from += width)
    for (let to = 0; to < width; to++) {
      let sum = stream[from + to]! + bias[to]!;
      for (let i = 0; i < width; i++) sum += weight[to * width + i]! * stream[from + i]!;
      result[from + to] = sum;
    }
  return result;
}
