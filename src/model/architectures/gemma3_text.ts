import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { rotate } from '../blocks/rotary.js';
import { rotaryOfLayers } from '../blocks/rotary-of-layers.js';
import { capOf, softcap } from '../blocks/softcap.js';
import type { ConfigReader } from '../config-reader.js';

/** Gemma 3, text only: Gemma 2 with norms of each head's queries and keys instead of capped scores, and rotations by layer type. */
export const gemma3Text: Architecture = {
  modelType: 'gemma3_text',
  title: 'Gemma 3',
  paper: 'Gemma Team 2025, https://arxiv.org/abs/2503.19786',
  causal: true,
  classes: {
    Gemma3ForCausalLM: 'causal-lm',
    Gemma3TextForSequenceClassification: 'sequence-classification',
    Gemma3TextModel: 'base',
  },
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask,
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('use_bidirectional_attention', false);
  // transformers reads it and does not use it.
  config.require('attn_logit_softcapping', null);
  return {
    layers: config.count('num_hidden_layers', 26),
    heads: config.count('num_attention_heads', 8),
    width: config.count('hidden_size', 2304),
    contextLength: config.count('max_position_embeddings', 131072),
    vocabularySize: config.count('vocab_size', 262208),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes, { keyValueHeads: 4, headWidth: 256 });
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const inner = config.count('intermediate_size', 9216);
  const attentionBias = config.flag('attention_bias', false);
  const logitCap = capOf(config, 'final_logit_softcapping');

  const table = tokenTable(context, 'embed_tokens.weight', true);
  const pattern = config.count('sliding_window_pattern', 6);
  const types = layerTypesOf(config, layers, (layer) =>
    (layer + 1) % pattern === 0 ? 'full_attention' : 'sliding_attention',
  );
  // A scaling beside the settings of each type (`rope_scaling`) is that of layers without a window.
  const angles = rotaryOfLayers(
    context,
    { headWidth: heads.headWidth, contextLength },
    {
      full_attention: { theta: 1_000_000 },
      sliding_attention: { thetaKey: 'rope_local_base_freq', unscaled: true },
    },
  );
  const masks = biasOfLayers(context, types, windowOf(config, 4096));
  const norm = (x: Value, weights: string, hook: string) =>
    rmsNorm(context, x, { weights, hook }, width, epsilon, { offset: 1 });
  const headNorm = (x: Value, weights: string) =>
    rmsNorm(context, x, { weights }, heads.headWidth, epsilon, { offset: 1 });
  const tokens = embedding(context, inputs.tokens, table, vocabularySize, width);
  const scaled = graph.apply('Mul', [tokens, graph.scalar(Math.sqrt(width))]);
  let residual = graph.hook('hook_embed', scaled);
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    residual = preNormBlock(context, layer, residual, {
      ln1: (x) => norm(x, `${weights}.input_layernorm`, `${hook}.ln1`),
      attention: (x) => {
        const attended = projectedAttention(context, x, {
          ...heads,
          weights: `${weights}.self_attn`,
          hook: `${hook}.attn`,
          width,
          mask: masks[layer]!,
          bias: { input: attentionBias, output: attentionBias },
          scale: 1 / Math.sqrt(config.positive('query_pre_attn_scalar', 256)),
          normalize: {
            q: (head) => headNorm(head, `${weights}.self_attn.q_norm`),
            k: (head) => headNorm(head, `${weights}.self_attn.k_norm`),
          },
          rotate: (head) => rotate(context, head, angles[types[layer]!]),
        });
        return norm(attended, `${weights}.post_attention_layernorm`, `${hook}.ln1_post`);
      },
      ln2: (x) => norm(x, `${weights}.pre_feedforward_layernorm`, `${hook}.ln2`),
      mlp: (x) => {
        const changed = gatedMlp(context, x, {
          weights: `${weights}.mlp`,
          hook: `${hook}.mlp`,
          width,
          inner,
          activation: ['hidden_activation', 'gelu_pytorch_tanh'],
        });
        return norm(changed, `${weights}.post_feedforward_layernorm`, `${hook}.ln2_post`);
      },
    });
  }
  const final = norm(residual, 'norm', 'ln_final');
  const finish = (logits: Value) => (logitCap === undefined ? logits : softcap(context, logits, logitCap));
  decoderHead(context, final, { width, vocabularySize, table, tied: true, finish });
}
