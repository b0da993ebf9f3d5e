import { PellucidError } from '../../errors.js';
import type { BuildContext } from '../architecture.js';
import type { LayerType } from './layer-types.js';
import { type Rotary, rotary } from './rotary.js';
import { type RotaryDefaults, rotarySettings } from './rotary-settings.js';

/**
 * The rotations of layers that turn by angles of their type, from `rope_parameters` with settings for each type or from
 * older keys beside each other.
 * @throws PellucidError `unsupported` for one set of `rope_parameters` for all layers.
 */
export function rotaryOfLayers(
  context: BuildContext,
  sizes: Pick<RotaryDefaults, 'headWidth' | 'contextLength'>,
  defaults: Readonly<Record<LayerType, Omit<RotaryDefaults, keyof typeof sizes | 'layerType'>>>,
): Readonly<Record<LayerType, Rotary>> {
  const { config } = context;
  const given = config.record('rope_parameters');
  if ('rope_theta' in given || 'rope_type' in given) {
    throw new PellucidError(
      'unsupported',
      `config.json of ${config.where} has one set of rope_parameters for all layers, and Pellucid supports only one for full_attention and one for sliding_attention.`,
    );
  }
  const of = (layerType: LayerType) =>
    rotary(context, rotarySettings(config, { ...sizes, ...defaults[layerType], layerType }));
  return { full_attention: of('full_attention'), sliding_attention: of('sliding_attention') };
}
