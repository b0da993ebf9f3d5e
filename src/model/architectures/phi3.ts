import { PellucidError } from '../../errors.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { attention } from '../blocks/attention.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfAllLayers, windowOf } from '../blocks/layer-types.js';
import { linear } from '../blocks/linear.js';
import { rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotary, rotate } from '../blocks/rotary.js';
import type { RotarySettings } from '../blocks/rotary-frequencies.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Phi-3 and Phi-4: Llama with fused projections and, for long texts, other angles. */
export const phi3: Architecture = {
  modelType: 'phi3',
  title: 'Phi-3',
  paper: 'Abdin et al. 2024, https://arxiv.org/abs/2404.14219',
  causal: true,
  classes: decoderClasses('Phi3'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 32),
    heads: config.count('num_attention_heads', 32),
    width: config.count('hidden_size', 3072),
    contextLength: config.count('max_position_embeddings', 4096),
    vocabularySize: config.count('vocab_size', 32064),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config } = context;
  const sizes = dimensions(config);
  const { width } = sizes;
  const shape = headSizes(config, sizes);
  const { heads, headWidth, keyValueHeads } = shape;
  const angles = rotary(context, settingsOf(config, headWidth));
  const mask = biasOfAllLayers(context, windowOf(config));
  const split = [heads, keyValueHeads, keyValueHeads].map((count) => count * headWidth);
  const qkvWidth = split.reduce((sum, part) => sum + part, 0);
  rmsNormDecoder(context, {
    sizes,
    epsilon: config.positive('rms_norm_eps', 1e-5),
    attention: (x, { weights, hook }) => {
      const qkv = linear(context, x, `${weights}.qkv_proj`, { from: width, to: qkvWidth }, false);
      const [q, k, v] = graph.applyAll('Split', [qkv], { axis: -1, sizes: split });
      const z = attention(context, hook, q!, k!, v!, mask, {
        ...shape,
        scale: 1 / Math.sqrt(headWidth),
        rotate: (head) => rotate(context, head, angles),
      });
      return linear(context, z, `${weights}.o_proj`, { from: heads * headWidth, to: width }, false);
    },
    mlp: (x, names) =>
      gatedMlp(context, x, {
        ...names,
        width,
        inner: config.count('intermediate_size', 8192),
        activation: ['hidden_act', 'silu'],
        fused: 'gate_up_proj',
      }),
  });
}

/** As in transformers, `su` and `yarn` are old names of longrope, and the original context stands beside the scaling. */
function settingsOf(config: ConfigReader, headWidth: number): RotarySettings {
  const { contextLength } = dimensions(config);
  const settings = rotarySettings(config, { headWidth, contextLength, share: 1 });
  const original = config.count('original_max_position_embeddings', 4096);
  const type = ['su', 'yarn'].includes(settings.type) ? 'longrope' : settings.type;
  if (type !== 'default' && type !== 'longrope') {
    throw new PellucidError(
      'unsupported',
      `config.json of ${config.where} sets rope_type to "${type}", and Pellucid supports for Phi-3 only default, longrope.`,
    );
  }
  const scaling = { ...settings.scaling, original_max_position_embeddings: original };
  return { ...settings, type, scaling };
}
