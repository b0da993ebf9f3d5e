import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { causalBias } from '../blocks/attention.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Gemma: Llama with scaled embeddings, norms whose gains are stored around 0, wide heads and GELU gates. */
export const gemma: Architecture = {
  modelType: 'gemma',
  title: 'Gemma',
  paper: 'Gemma Team 2024, https://arxiv.org/abs/2403.08295',
  causal: true,
  classes: decoderClasses('Gemma'),
  weightNames: { prefix: 'model.', surplus: [/rotary_emb\.inv_freq$/] },
  inferTask: inferDecoderTask,
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('use_bidirectional_attention', false);
  config.require('hidden_activation', 'gelu_pytorch_tanh');
  return {
    layers: config.count('num_hidden_layers', 28),
    heads: config.count('num_attention_heads', 16),
    width: config.count('hidden_size', 3072),
    contextLength: config.count('max_position_embeddings', 8192),
    vocabularySize: config.count('vocab_size', 256000),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes, { keyValueHeads: 16, headWidth: 256 });
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const inner = config.count('intermediate_size', 24576);
  const attentionBias = config.flag('attention_bias', false);
  // The first configs said gelu where the tanh approximation was trained, which the later key names.
  const activationKey = config.value('hidden_act') === 'gelu' ? 'hidden_activation' : 'hidden_act';

  const table = tokenTable(context, 'embed_tokens.weight', true);
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const mask = causalBias(context);
  const norm = (x: Value, weights: string, hook: string) =>
    rmsNorm(context, x, { weights, hook }, width, epsilon, { offset: 1 });
  const tokens = embedding(context, inputs.tokens, table, vocabularySize, width);
  const scaled = graph.apply('Mul', [tokens, graph.scalar(Math.sqrt(width))]);
  let residual = graph.hook('hook_embed', scaled);
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    residual = preNormBlock(context, layer, residual, {
      ln1: (x) => norm(x, `${weights}.input_layernorm`, `${hook}.ln1`),
      attention: (x) =>
        projectedAttention(context, x, {
          ...heads,
          weights: `${weights}.self_attn`,
          hook: `${hook}.attn`,
          width,
          mask,
          bias: { input: attentionBias, output: attentionBias },
          rotate: (head) => rotate(context, head, angles),
        }),
      ln2: (x) => norm(x, `${weights}.post_attention_layernorm`, `${hook}.ln2`),
      mlp: (x) =>
        gatedMlp(context, x, {
          weights: `${weights}.mlp`,
          hook: `${hook}.mlp`,
          width,
          inner,
          activation: [activationKey, 'gelu_pytorch_tanh'],
        }),
    });
  }
  const final = norm(residual, 'norm', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table, tied: true });
}
