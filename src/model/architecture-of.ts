import { distance } from 'fastest-levenshtein';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { shown } from '../checkpoint/untrusted-text.js';
import { PellucidError } from '../errors.js';
import type { Architecture } from './architecture.js';
import { architectures } from './architectures/index.js';

type Config = Readonly<Record<string, unknown>>;

/** Fields of a config that only a part which reads pictures or sound has, and what it reads. */
const senses: readonly (readonly [reads: string, fields: readonly string[]])[] = [
  ['images', ['vision_config', 'vision_tower', 'mm_vision_tower', 'image_token_id', 'image_token_index']],
  ['images', ['image_size', 'num_channels']],
  [
    'sound',
    ['audio_config', 'speech_config', 'num_mel_bins', 'conv_stride', 'sampling_rate', 'audio_encoder'],
  ],
];

/** Text-only types, where a type that reads more has one and its config does not say so under `text_config`. */
const textTypes: Readonly<Record<string, string>> = {
  gemma3: 'gemma3_text',
  gemma3n: 'gemma3_text',
  llava: 'llama',
  llava_next: 'mistral',
  mllama: 'llama',
  qwen2_vl: 'qwen2',
  qwen2_5_vl: 'qwen2',
  qwen2_audio: 'qwen2',
  qwen3_vl: 'qwen3',
  paligemma: 'gemma',
};

/**
 * The architecture that a checkpoint's `model_type` names.
 * @throws PellucidError `unsupported` for a type that is not known, naming the nearest, and for one that reads images
 * or sound, naming the type of its text part where that is known.
 */
export function architectureOf({ modelType, config, files: { id } }: Checkpoint): Architecture {
  const found = named(modelType);
  if (found) return found;
  const reads = sensesOf(config);
  if (reads.length > 0) {
    const text = textTypeOf(modelType, config);
    const instead = text
      ? `its text part alone would be a "${text.modelType}", which opens where it is published by itself`
      : 'no text part of it that would open alone is known';
    throw new PellucidError(
      'unsupported',
      `${id} has the model_type "${shown(modelType)}", which reads ${reads.join(' and ')}, and Pellucid opens models of text only; ${instead}.`,
    );
  }
  const names = architectures.map((architecture) => architecture.modelType);
  const nearest = names.toSorted((a, b) => distance(a, modelType) - distance(b, modelType))[0];
  throw new PellucidError(
    'unsupported',
    `${id} has the model_type "${shown(modelType)}", which Pellucid does not know; the nearest is "${nearest}", supported are ${names.join(', ')}.`,
  );
}

function named(modelType: unknown): Architecture | undefined {
  return architectures.find((architecture) => architecture.modelType === modelType);
}

function sensesOf(config: Config): string[] {
  const found = senses.filter(([, fields]) => fields.some((field) => config[field] !== undefined));
  return [...new Set(found.map(([reads]) => reads))];
}

function textTypeOf(modelType: string, { text_config: text }: Config): Architecture | undefined {
  const own = typeof text === 'object' && text !== null ? (text as Config).model_type : undefined;
  return named(own) ?? named(Object.hasOwn(textTypes, modelType) ? textTypes[modelType] : undefined);
}
