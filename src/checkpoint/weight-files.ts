import { PellucidError } from '../errors.js';

export const configFile = 'config.json';
export const adapterConfigFile = 'adapter_config.json';
export const adapterFile = 'adapter_model.safetensors';
export const generationFile = 'generation_config.json';
export const singleFile = 'model.safetensors';
export const indexFile = 'model.safetensors.index.json';

/**
 * How a checkpoint with these files keeps its weights: in one safetensors file, or in shards with an index.
 * @param id what the user asked for, for messages
 * @param names file names relative to the checkpoint's root
 * @throws PellucidError `not-found` when this is no checkpoint or has no weights, `unsupported` when its weights are
 * only in another format.
 */
export function weightLayout(id: string, names: readonly string[]): 'single' | 'sharded' {
  if (!names.includes(configFile) && names.includes(adapterConfigFile)) {
    throw new PellucidError(
      'unsupported',
      `${id} is an adapter, which Pellucid opens from a folder: put its ${adapterConfigFile} and ${adapterFile} into one`,
    );
  }
  if (!names.includes(configFile)) {
    const some = names.slice(0, 5).join(', ') + (names.length > 5 ? ' …' : '');
    throw new PellucidError(
      'not-found',
      `${id} is not a checkpoint: it has no ${configFile}, ${names.length === 0 ? 'and no other file' : `only ${some}`}`,
    );
  }
  if (names.includes(singleFile)) return 'single';
  if (names.includes(indexFile)) return 'sharded';
  const other = names.find((name) => /\.(bin|pt|pth|ckpt|h5|msgpack|gguf|onnx)$/.test(name));
  if (other === undefined) {
    throw new PellucidError(
      'not-found',
      `${id} has a ${configFile} but no weights: there is no ${singleFile}`,
    );
  }
  throw new PellucidError(
    'unsupported',
    `${id} has its weights only as ${other}, and Pellucid reads only safetensors (a pickle can run code): use a ` +
      'revision that has them (on the Hub often "refs/pr/1"), or convert them once in Python with ' +
      'AutoModel.from_pretrained(…).save_pretrained(folder, safe_serialization=True)',
  );
}
