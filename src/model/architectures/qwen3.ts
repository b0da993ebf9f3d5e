import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Qwen3: Qwen2 without its biases, with an RMSNorm over each head's queries and keys. */
export const qwen3: Architecture = {
  modelType: 'qwen3',
  title: 'Qwen3',
  paper: 'Yang et al. 2025, https://arxiv.org/abs/2505.09388',
  causal: true,
  classes: decoderClasses('Qwen3'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask,
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 32),
    heads: config.count('num_attention_heads', 32),
    width: config.count('hidden_size', 4096),
    contextLength: config.count('max_position_embeddings', 32768),
    vocabularySize: config.count('vocab_size', 151936),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes, { keyValueHeads: 32, headWidth: 128 });
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const attentionBias = config.flag('attention_bias', false);
  const inner = config.count('intermediate_size', 22016);

  const table = tokenTable(context, 'embed_tokens.weight', false);
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const window = config.flag('use_sliding_window', false) ? windowOf(config, 4096) : undefined;
  const firstSliding = window === undefined ? layers : config.whole('max_window_layers', 28);
  const types = layerTypesOf(config, layers, (layer) =>
    layer >= firstSliding ? 'sliding_attention' : 'full_attention',
  );
  const masks = biasOfLayers(context, types, window);
  const headNorm = (x: Value, weights: string) => rmsNorm(context, x, { weights }, heads.headWidth, epsilon);
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    residual = preNormBlock(context, layer, residual, {
      ln1: (x) =>
        rmsNorm(context, x, { weights: `${weights}.input_layernorm`, hook: `${hook}.ln1` }, width, epsilon),
      attention: (x) =>
        projectedAttention(context, x, {
          ...heads,
          weights: `${weights}.self_attn`,
          hook: `${hook}.attn`,
          width,
          mask: masks[layer]!,
          bias: { input: attentionBias, output: attentionBias },
          normalize: {
            q: (head) => headNorm(head, `${weights}.self_attn.q_norm`),
            k: (head) => headNorm(head, `${weights}.self_attn.k_norm`),
          },
          rotate: (head) => rotate(context, head, angles),
        }),
      ln2: (x) => {
        const names = { weights: `${weights}.post_attention_layernorm`, hook: `${hook}.ln2` };
        return rmsNorm(context, x, names, width, epsilon);
      },
      mlp: (x) =>
        gatedMlp(context, x, {
          weights: `${weights}.mlp`,
          hook: `${hook}.mlp`,
          width,
          inner,
          activation: ['hidden_act', 'silu'],
        }),
    });
  }
  const final = rmsNorm(context, residual, { weights: 'norm', hook: 'ln_final' }, width, epsilon);
  decoderHead(context, final, { width, vocabularySize, table, tied: false });
}
