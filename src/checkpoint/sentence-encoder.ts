import { PellucidError } from '../errors.js';
import type { CheckpointFiles } from './checkpoint-files.js';
import { readJsonList, readJsonObject } from './json.js';
import { readHeader } from './safetensors/read.js';
import { shown } from './untrusted-text.js';
import type { Weights } from './weights.js';

/** How the last hidden states of a text's tokens become one vector; several vectors are laid end to end. */
export const poolingModes = [
  'cls',
  'max',
  'mean',
  'mean_sqrt_len_tokens',
  'weightedmean',
  'lasttoken',
] as const;
export type PoolingMode = (typeof poolingModes)[number];

/** Settings of files from before `pooling_mode`, in the order in which their vectors stand. */
const oldPoolingSettings: readonly (readonly [string, PoolingMode])[] = [
  ['pooling_mode_cls_token', 'cls'],
  ['pooling_mode_max_tokens', 'max'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean_sqrt_len_tokens'],
  ['pooling_mode_weightedmean_tokens', 'weightedmean'],
  ['pooling_mode_lasttoken', 'lasttoken'],
];

/** What happens to that vector: a layer with its activation function, or division by its length. */
export type SentenceStep =
  | {
      readonly type: 'Dense';
      readonly from: number;
      readonly to: number;
      readonly bias: boolean;
      readonly activation: 'identity' | 'tanh';
      readonly weights: Weights;
      /** Its folder, for messages. */
      readonly folder: string;
    }
  | { readonly type: 'Normalize' };

/** How two embeddings are compared. */
export type SimilarityName = 'cosine' | 'dot' | 'euclidean' | 'manhattan';

/** What sentence-transformers does behind a transformer, from `modules.json` and the folders that it names. */
export interface SentenceEncoder {
  readonly pooling: readonly PoolingMode[];
  readonly steps: readonly SentenceStep[];
  /** Longest text in tokens, where it is shorter than the model's own context. */
  readonly longest: number | undefined;
  readonly similarity: SimilarityName;
}

const modulesFile = 'modules.json';
const settingsFile = 'sentence_bert_config.json';
const similarityFile = 'config_sentence_transformers.json';

/** The files of a sentence encoder at a checkpoint's root. */
export const sentenceFiles: readonly string[] = [modulesFile, settingsFile, similarityFile];

const moduleFolder = /^\d{1,2}_[A-Za-z]\w{0,40}$/;
const filesRead = ['config.json', 'model.safetensors'];

/** Whether a subfolder can be that of a module, and so is looked into beside a `modules.json`. */
export function isModuleFolder(name: string): boolean {
  return moduleFolder.test(name);
}

/** Whether a path is that of a module's file that is read. */
export function isModuleFile(path: string): boolean {
  const [folder, name, ...rest] = path.split('/');
  return rest.length === 0 && isModuleFolder(folder!) && filesRead.includes(name ?? '');
}

/** Whether a file has a part in what a sentence encoder computes. */
export function isSentenceFile(path: string): boolean {
  return path === modulesFile || isModuleFile(path);
}

/** The files of a module that may be read, relative to the checkpoint's root. */
export function moduleFiles(folder: string): string[] {
  return filesRead.map((name) => `${folder}/${name}`);
}

/**
 * The folders that `modules.json` names, without that of the transformer itself.
 * @throws PellucidError `bad-checkpoint` when it is malformed, `unsupported` for a module in an unusual place.
 */
export async function readModuleFolders(files: CheckpointFiles): Promise<{ type: string; folder: string }[]> {
  if (!files.names.includes(modulesFile)) return [];
  const listed = await readJsonList(files, modulesFile);
  const modules = listed.map((entry: unknown) => {
    const { type, path } = Object(entry) as Record<string, unknown>;
    if (typeof type === 'string' && typeof path === 'string') {
      return { type: type.slice(type.lastIndexOf('.') + 1), folder: path };
    }
    throw new PellucidError(
      'bad-checkpoint',
      `${modulesFile} of ${files.id} has an entry without type or path.`,
    );
  });
  const [transformer, ...others] = modules;
  if (transformer?.type !== 'Transformer' || transformer.folder !== '') {
    throw new PellucidError(
      'unsupported',
      `${modulesFile} of ${files.id} does not begin with a Transformer beside it, but with ${transformer ? `"${shown(transformer.type)}" in "${shown(transformer.folder)}"` : 'nothing'}.`,
    );
  }
  const strange = others.find(({ folder }) => !moduleFolder.test(folder));
  if (strange) {
    throw new PellucidError(
      'unsupported',
      `${modulesFile} of ${files.id} has the module "${shown(strange.type)}" in "${shown(strange.folder)}", and folders of modules are named like 1_Pooling.`,
    );
  }
  return others;
}

/**
 * The sentence encoder that a checkpoint is, undefined for one without `modules.json`.
 * @throws PellucidError `unsupported` for a module or option that is not supported, `bad-checkpoint` or `not-found` for
 * files that are malformed or missing.
 */
export async function readSentenceEncoder(files: CheckpointFiles): Promise<SentenceEncoder | undefined> {
  if (!files.names.includes(modulesFile)) return undefined;
  const [first, ...others] = await readModuleFolders(files);
  if (first?.type !== 'Pooling') {
    throw new PellucidError(
      'unsupported',
      `${modulesFile} of ${files.id} has ${first ? `"${shown(first.type)}"` : 'nothing'} behind the Transformer, and only Pooling is supported there.`,
    );
  }
  const pooling = await readPooling(files, `${first.folder}/config.json`);
  const steps: SentenceStep[] = [];
  for (const { type, folder } of others) {
    if (type === 'Normalize') steps.push({ type });
    else if (type === 'Dense') steps.push(await readDense(files, folder));
    else {
      throw new PellucidError(
        'unsupported',
        `${modulesFile} of ${files.id} has the module "${shown(type)}"; supported are Transformer, Pooling, Dense and Normalize.`,
      );
    }
  }
  return { pooling, steps, longest: await readLongest(files), similarity: await readSimilarity(files) };
}

async function readPooling(files: CheckpointFiles, name: string): Promise<PoolingMode[]> {
  const settings = await readJsonObject(files, name);
  if (settings.include_prompt === false) {
    throw new PellucidError(
      'unsupported',
      `${name} of ${files.id} leaves prompts out of the pooling (include_prompt), which is not supported.`,
    );
  }
  const old = new Map<string, PoolingMode>(oldPoolingSettings);
  const isOn = (key: string): boolean => key.startsWith('pooling_mode_') && settings[key] === true;
  const named: unknown[] = settings.pooling_mode
    ? [settings.pooling_mode].flat()
    : [
        ...oldPoolingSettings.flatMap(([key, mode]) => (isOn(key) ? [mode] : [])),
        ...Object.keys(settings).filter((key) => isOn(key) && !old.has(key)),
      ];
  return (named.length > 0 ? named : ['mean']).map((one) => {
    const mode = poolingModes.find((known) => known === one);
    if (mode) return mode;
    throw new PellucidError(
      'unsupported',
      `${name} of ${files.id} asks for the pooling "${shown(one)}"; supported are ${poolingModes.join(', ')}.`,
    );
  });
}

async function readDense(files: CheckpointFiles, folder: string): Promise<SentenceStep> {
  const name = `${folder}/config.json`;
  const settings = await readJsonObject(files, name);
  const size = (key: string): number => {
    const value = settings[key];
    if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 2 ** 20) return value;
    throw new PellucidError(
      'bad-checkpoint',
      `"${key}" in ${name} of ${files.id} is not a whole number from 1.`,
    );
  };
  for (const [key, usual] of [
    ['module_input_name', 'sentence_embedding'],
    ['module_output_name', 'sentence_embedding'],
    ['use_residual', false],
  ] as const) {
    const value = settings[key] ?? usual;
    if (value === usual) continue;
    throw new PellucidError(
      'unsupported',
      `${name} of ${files.id} sets ${key} to ${shown(value)}, which is not supported.`,
    );
  }
  const named = settings.activation_function ?? 'torch.nn.modules.activation.Tanh';
  const activation =
    named === 'torch.nn.modules.activation.Tanh'
      ? 'tanh'
      : named === 'torch.nn.modules.linear.Identity'
        ? 'identity'
        : undefined;
  if (!activation) {
    throw new PellucidError(
      'unsupported',
      `${name} of ${files.id} has the activation function "${shown(String(named))}"; supported are Tanh and Identity.`,
    );
  }
  const weightsFile = `${folder}/model.safetensors`;
  if (!files.names.includes(weightsFile)) {
    throw new PellucidError(
      'unsupported',
      `${files.id} has the weights of ${folder} not as ${weightsFile}, and only safetensors are read.`,
    );
  }
  const { weights } = await readHeader(files, weightsFile);
  return {
    type: 'Dense',
    from: size('in_features'),
    to: size('out_features'),
    bias: settings.bias !== false,
    activation,
    weights,
    folder,
  };
}

async function readLongest(files: CheckpointFiles): Promise<number | undefined> {
  if (!files.names.includes(settingsFile)) return undefined;
  const { max_seq_length: longest, do_lower_case: lowers } = await readJsonObject(files, settingsFile);
  if (lowers === true) {
    throw new PellucidError(
      'unsupported',
      `${settingsFile} of ${files.id} lower-cases texts before the tokenizer (do_lower_case), which is not supported.`,
    );
  }
  if (longest === null || longest === undefined) return undefined;
  if (typeof longest === 'number' && Number.isInteger(longest) && longest > 0) return longest;
  throw new PellucidError(
    'bad-checkpoint',
    `"max_seq_length" in ${settingsFile} of ${files.id} is not a whole number from 1.`,
  );
}

async function readSimilarity(files: CheckpointFiles): Promise<SimilarityName> {
  if (!files.names.includes(similarityFile)) return 'cosine';
  const { similarity_fn_name: name = null } = await readJsonObject(files, similarityFile);
  if (name === null) return 'cosine';
  const found = (['cosine', 'dot', 'euclidean', 'manhattan'] as const).find((known) => known === name);
  if (found) return found;
  throw new PellucidError(
    'unsupported',
    `${similarityFile} of ${files.id} compares by "${shown(String(name))}"; supported are cosine, dot, euclidean and manhattan.`,
  );
}
