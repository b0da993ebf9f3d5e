import { PellucidError } from '../../errors.js';
import type { Value } from '../../graph/index.js';
import type { BuildContext } from '../architecture.js';
import type { ConfigReader } from '../config-reader.js';
import { causalBias } from './attention.js';

/** How far a layer's attention reaches: over all earlier tokens, or over a window of them. */
const layerTypes = ['full_attention', 'sliding_attention'] as const;
export type LayerType = (typeof layerTypes)[number];

/**
 * The type of each layer's attention: `layer_types`, or what `fallback` gives a layer in configs that leave it out.
 * @throws PellucidError `unsupported` for another type, `bad-checkpoint` where there is not one for each layer.
 */
export function layerTypesOf(
  config: ConfigReader,
  layers: number,
  fallback: (layer: number) => LayerType,
): readonly LayerType[] {
  const given = config.value('layer_types') ?? Array.from({ length: layers }, (_, layer) => fallback(layer));
  if (!Array.isArray(given) || given.length !== layers) {
    const found = Array.isArray(given) ? `has ${given.length} entries` : 'is no list';
    throw new PellucidError(
      'bad-checkpoint',
      `config.json of ${config.where}: layer_types ${found}, and it must name the type of each of the ${layers} layers.`,
    );
  }
  const unknown = given.find((type) => !layerTypes.includes(type));
  if (unknown === undefined) return given;
  throw new PellucidError(
    'unsupported',
    `config.json of ${config.where} has ${JSON.stringify(unknown)} among its layer_types, and Pellucid supports only ${layerTypes.join(', ')}.`,
  );
}

/** The window that a config's `key` sets; undefined where it is null, or left out and without a default. */
export function windowOf(
  config: ConfigReader,
  fallback?: number,
  key = 'sliding_window',
): number | undefined {
  const value = config.value(key);
  if (value === null || (value === undefined && fallback === undefined)) return undefined;
  return config.count(key, fallback ?? 1);
}

/**
 * What is added to the scores of every layer of a decoder whose layers are all alike, whatever their number.
 * @throws PellucidError `unsupported` for `layer_types` that say otherwise: transformers would not read them.
 */
export function biasOfAllLayers(context: BuildContext, window: number | undefined): Value {
  const { config } = context;
  const type: LayerType = window === undefined ? 'full_attention' : 'sliding_attention';
  const given = config.value('layer_types') ?? [];
  if (!Array.isArray(given) || given.some((each) => each !== type)) {
    throw new PellucidError(
      'unsupported',
      `config.json of ${config.where} sets layer_types to ${JSON.stringify(given)}, and Pellucid supports here only ${type} in every layer.`,
    );
  }
  return causalBias(context, window);
}

/**
 * What is added to the scores of each layer, with the window where its type is sliding. Layers of one type share it.
 * @param makeBias what makes it: {@link causalBias} of decoders, {@link paddingBias} of encoders
 * @throws PellucidError `bad-checkpoint` for a sliding layer without a window.
 */
export function biasOfLayers(
  context: BuildContext,
  types: readonly LayerType[],
  window: number | undefined,
  makeBias: (context: BuildContext, window?: number) => Value = causalBias,
): readonly Value[] {
  const biases = new Map<LayerType, Value>();
  return types.map((type) => {
    if (type === 'sliding_attention' && window === undefined) {
      throw new PellucidError(
        'bad-checkpoint',
        `config.json of ${context.config.where} asks for sliding_attention and sets no sliding_window.`,
      );
    }
    const bias = biases.get(type) ?? makeBias(context, type === 'sliding_attention' ? window : undefined);
    biases.set(type, bias);
    return bias;
  });
}
