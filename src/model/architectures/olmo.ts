import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { causalBias } from '../blocks/attention.js';
import { bareLayerNorm } from '../blocks/bare-layer-norm.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** OLMo: Llama with LayerNorms that have no weights, and queries, keys and values that can be clipped. */
export const olmo: Architecture = {
  modelType: 'olmo',
  title: 'OLMo',
  paper: 'Groeneveld et al. 2024, https://arxiv.org/abs/2402.00838',
  causal: true,
  classes: decoderClasses('Olmo', false),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 32),
    heads: config.count('num_attention_heads', 32),
    width: config.count('hidden_size', 4096),
    contextLength: config.count('max_position_embeddings', 2048),
    vocabularySize: config.count('vocab_size', 50304),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes);
  const inner = config.count('intermediate_size', 11008);
  const attentionBias = config.flag('attention_bias', false);

  const table = tokenTable(context, 'embed_tokens.weight', false);
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const mask = causalBias(context);
  const norm = bareLayerNorm(context, width, 1e-5);
  const bound = config.value('clip_qkv') == null ? undefined : config.positive('clip_qkv', 1);
  const clip = (x: Value) =>
    bound === undefined ? x : graph.apply('Clip', [x], { min: -bound, max: bound });
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    residual = preNormBlock(context, layer, residual, {
      ln1: (x) => norm(x, `${hook}.ln1`),
      attention: (x) =>
        projectedAttention(context, x, {
          ...heads,
          weights: `${weights}.self_attn`,
          hook: `${hook}.attn`,
          width,
          mask,
          bias: { input: attentionBias, output: attentionBias },
          prepare: clip,
          rotate: (head) => rotate(context, head, angles),
        }),
      ln2: (x) => norm(x, `${hook}.ln2`),
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
  decoderHead(context, norm(residual, 'ln_final'), { width, vocabularySize, table, tied: false });
}
