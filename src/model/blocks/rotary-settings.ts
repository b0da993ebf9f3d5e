import { PellucidError } from '../../errors.js';
import type { ConfigReader } from '../config-reader.js';
import type { RotarySettings } from './rotary-frequencies.js';

/** What differs between architectures in how a config describes its rotary embedding. */
export interface RotaryDefaults {
  readonly headWidth: number;
  readonly contextLength: number;
  /** Default of `rope_theta`. */
  readonly theta?: number;
  /** Key of theta in configs that keep it beside the scaling; `rope_theta` by default. */
  readonly thetaKey?: string;
  /** Default of `partial_rotary_factor`, in families that rotate a part of each head. */
  readonly share?: number;
  /** Which entry of `rope_parameters` to read, where they are given for each type of layer. */
  readonly layerType?: string;
  /** Whether `rope_scaling` is not for these layers. */
  readonly unscaled?: boolean;
  /** The settings of a config that has neither `rope_parameters` nor `rope_scaling`. */
  readonly scaling?: Readonly<Record<string, unknown>>;
}

/**
 * The settings of rotary position embedding in a config: `rope_scaling`, else `rope_parameters` (transformers 5), with
 * `rope_theta` and `partial_rotary_factor` beside them. Of a config that has both, transformers reads `rope_scaling`.
 */
export function rotarySettings(config: ConfigReader, defaults: RotaryDefaults): RotarySettings {
  const { headWidth, contextLength, theta = 10_000, thetaKey = 'rope_theta', share } = defaults;
  const scaling = settingsIn(config, defaults);
  const number = (key: string, fallback: number, beside = key) => {
    const value = scaling[key];
    return typeof value === 'number' && value > 0 ? value : config.positive(beside, fallback);
  };
  // Configs of Phi-3 keep it beside the scaling, and there it counts.
  const original = config.value('original_max_position_embeddings');
  const named = scaling.rope_type ?? scaling.type ?? 'default';
  const type = typeof named === 'string' ? named : JSON.stringify(named);
  const part = number('partial_rotary_factor', share ?? 1);
  // Without a scaling transformers does not read it in the other families; with one their shapes do not fit.
  if (share === undefined && type !== 'default' && part !== 1) {
    throw new PellucidError(
      'unsupported',
      `config.json of ${config.where} sets partial_rotary_factor to ${part} beside the rope_type "${type}", and Pellucid supports only 1 there, as transformers does.`,
    );
  }
  return {
    type,
    theta: number('rope_theta', theta, thetaKey),
    width: share === undefined ? headWidth : Math.floor(headWidth * part),
    contextLength,
    scaling:
      typeof original === 'number' ? { ...scaling, original_max_position_embeddings: original } : scaling,
  };
}

function settingsIn(
  config: ConfigReader,
  { layerType, unscaled = false, scaling: fallback = {} }: RotaryDefaults,
): Readonly<Record<string, unknown>> {
  const scaling = unscaled ? {} : config.record('rope_scaling');
  const parameters = config.record('rope_parameters');
  // Those of a layer type are kept under the scaling; those of all layers are not.
  if (layerType !== undefined) return { ...(parameters[layerType] as object | undefined), ...scaling };
  return [scaling, parameters].find((given) => Object.keys(given).length > 0) ?? fallback;
}
