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
  const other = foreignWeights(names);
  if (!names.includes(configFile) && other?.ready) {
    throw new PellucidError('unsupported', `${id} has only ${other.name}, ${other.what}`);
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
  if (other === undefined) {
    throw new PellucidError(
      'not-found',
      `${id} has a ${configFile} but no weights: there is no ${singleFile}`,
    );
  }
  throw new PellucidError('unsupported', `${id} has its weights only as ${other.name}, ${other.what}`);
}

const revisions = 'use a revision that has them (on the Hub often "refs/pr/1")';

/** Formats of weights that are not read: the endings of their files, and what to do instead. */
const foreignFormats: readonly {
  readonly ending: RegExp;
  readonly ready?: boolean;
  readonly what: string;
}[] = [
  {
    ending: /^(?!training_args|optimizer|scheduler|rng_state).*\.(bin|pt|pth|ckpt)$/,
    what:
      `and Pellucid reads only safetensors (a pickle can run code): ${revisions}, or convert them once in Python with ` +
      'AutoModel.from_pretrained(…).save_pretrained(folder, safe_serialization=True)',
  },
  {
    ending: /(\.h5|\.ckpt\.index)$/,
    what: `which are TensorFlow's, and Pellucid reads only safetensors: ${revisions}, or convert them with a transformers before version 5 and from_tf=True`,
  },
  {
    ending: /\.msgpack$/,
    what: `which are Flax's, and Pellucid reads only safetensors: ${revisions}, or convert them with a transformers before version 5 and from_flax=True`,
  },
  {
    ending: /\.gguf$/,
    ready: true,
    what: 'a GGUF file (mostly quantised), and Pellucid reads only safetensors: open the model that it was made from',
  },
  {
    ending: /\.onnx$/,
    ready: true,
    what: 'a finished graph without the places to look into, and Pellucid builds its own from safetensors: open the model that it was made from',
  },
];

/** A file of weights in a format that is not read; `ready` where that format needs no config beside it. */
function foreignWeights(names: readonly string[]) {
  const formats = foreignFormats.flatMap(({ ending, ...format }) => {
    const name = names.find((each) => ending.test(each));
    return name === undefined ? [] : [{ name, ...format }];
  });
  return formats[0];
}
