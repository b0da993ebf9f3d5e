import { PellucidError } from '../../errors.js';
import type { Checkpoint } from '../checkpoint.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { contentHashOf } from '../content-hash.js';
import { readJsonObject } from '../json.js';
import { readHeader } from '../safetensors/read.js';
import { isSentenceFile } from '../sentence-encoder.js';
import { shown } from '../untrusted-text.js';
import { adapterConfigFile, adapterFile, configFile } from '../weight-files.js';
import type { Weight } from '../weights.js';
import type { Adapter, LowRankUpdate } from './adapter.js';
import { type AdapterSettings, adapterSettings } from './adapter-settings.js';
import { adapterFolder, joinedFiles } from './joined-files.js';

/** Whether the files are those of an adapter without its base. */
export function isAdapter({ names }: CheckpointFiles): boolean {
  return names.includes(adapterConfigFile) && !names.includes(configFile);
}

/** What an adapter was trained on: `base_model_name_or_path`. @throws PellucidError as {@link withAdapter}. */
export async function adapterBase(files: CheckpointFiles): Promise<string> {
  const { base } = adapterSettings(await readJsonObject(files, adapterConfigFile), files.id);
  if (base !== undefined) return base;
  throw new PellucidError(
    'bad-checkpoint',
    `${adapterConfigFile} of ${files.id} does not name its base (base_model_name_or_path): open the base, with this as adapter.`,
  );
}

/**
 * A checkpoint with a low-rank adapter on it. Only the header of its weights is read, and none is written.
 * @throws PellucidError `not-found` when a file is missing, `unsupported` for another kind of adapter or an option that is
 * not supported, `bad-checkpoint` when a file is malformed or its parts do not fit together.
 */
export async function withAdapter(base: Checkpoint, files: CheckpointFiles): Promise<Checkpoint> {
  if (!files.names.includes(adapterConfigFile) || !files.names.includes(adapterFile)) {
    const named = files.names.includes(adapterConfigFile);
    throw new PellucidError(
      'not-found',
      named && files.names.includes('adapter_model.bin')
        ? `${files.id} has its adapter only as adapter_model.bin, a pickle, which can run code and is never opened: save it again with safe_serialization=True.`
        : `${files.id} is no adapter: it has no ${named ? adapterFile : adapterConfigFile}.`,
    );
  }
  const settings = adapterSettings(await readJsonObject(files, adapterConfigFile), files.id);
  const { weights } = await readHeader(files, adapterFile);
  const placed = new Map(
    [...weights].map(([name, weight]) => [name, { ...weight, file: adapterFolder + adapterFile }]),
  );
  const adapter: Adapter = {
    id: files.id,
    taskType: settings.taskType,
    ...partsOf(placed, settings, files.id),
  };
  const joined = joinedFiles(base.files, files);
  const all = new Map([...base.weights, ...placed]);
  const modules = base.sentenceEncoder ? base.files.names.filter(isSentenceFile) : [];
  const others = [...modules, adapterFolder + adapterConfigFile];
  const contentHash = await contentHashOf(joined, configFile, all, others);
  return { ...base, config: withLabels(base.config, adapter), files: joined, adapter, contentHash };
}

/** The config with as many labels as the adapter's own classifier has, which its base knows nothing of. */
function withLabels(config: Checkpoint['config'], { replacements }: Adapter): Checkpoint['config'] {
  const head = [...replacements].find(([name]) =>
    /(^|\.)(score|classifier)(\.out_proj)?\.weight$/.test(name),
  );
  const labels = head?.[1].shape[0];
  const named = Object.keys((config.id2label as object | undefined) ?? {}).length;
  return labels === undefined || labels === named
    ? config
    : { ...config, num_labels: labels, id2label: null };
}

const prefix = 'base_model.model.';

const roles = {
  'lora_A.weight': 'a',
  'lora_B.weight': 'b',
  'lora_B.bias': 'bias',
  lora_embedding_A: 'a',
  lora_embedding_B: 'b',
  lora_magnitude_vector: 'magnitude',
  'lora_magnitude_vector.weight': 'magnitude',
} as const;

function partsOf(
  weights: ReadonlyMap<string, Weight>,
  settings: AdapterSettings,
  where: string,
): Pick<Adapter, 'updates' | 'replacements'> {
  const found = new Map<
    string,
    Partial<Record<'a' | 'b' | 'bias' | 'magnitude', Weight>> & { embedding: boolean }
  >();
  const replacements = new Map<string, Weight>();
  const wrong = (what: string) => new PellucidError('bad-checkpoint', `${adapterFile} of ${where} ${what}.`);
  for (const [name, weight] of weights) {
    if (!name.startsWith(prefix)) throw wrong(`has "${shown(name)}", which does not begin with ${prefix}`);
    const bare = name.slice(prefix.length).replace('.base_layer.', '.');
    const [, module = '', role] = /^(?:(.*)\.)?(lora_.*)$/.exec(bare) ?? [];
    if (role === undefined) {
      replacements.set(bare, weight);
      continue;
    }
    if (!Object.hasOwn(roles, role))
      throw wrong(`has "${shown(name)}", and Pellucid does not know ${shown(role)}`);
    const update = found.get(module) ?? { embedding: false };
    update[roles[role as keyof typeof roles]] = weight;
    if (role.startsWith('lora_embedding')) update.embedding = true;
    found.set(module, update);
  }
  const updates = new Map<string, LowRankUpdate>();
  for (const [module, { a, b, magnitude, ...rest }] of found) {
    const name = shown(module);
    if (!a || !b) throw wrong(`has only one half of the update of ${name}`);
    const [rank, wide] = [a.shape[0], b.shape.at(-1)];
    if (a.shape.length !== 2 || b.shape.length !== 2)
      throw wrong(
        `has an update of ${name} that is no product of two matrices; Pellucid supports only these`,
      );
    if (rank !== settings.rank(module) || wide !== rank) {
      const said = `but ${adapterConfigFile} says ${settings.rank(module)}`;
      throw wrong(`has an update of ${name} with the ranks ${rank} and ${wide}, ${said}`);
    }
    if ((magnitude !== undefined) !== settings.dora || (settings.dora && rest.embedding)) {
      throw new PellucidError(
        'unsupported',
        `${where} uses DoRA (use_dora) at ${name} in a way that Pellucid does not support: only dense layers, all of them.`,
      );
    }
    updates.set(module, { a, b, ...rest, ...(magnitude && { magnitude }), scale: settings.scale(module) });
  }
  return { updates, replacements };
}
