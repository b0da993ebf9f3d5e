import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { biasOfLayers, layerTypesOf, windowOf } from '../blocks/layer-types.js';
import { parallelBlock } from '../blocks/parallel-block.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Command R7B and Command A: attention and MLP side by side, rotated layers with a window, and full ones that know no positions. */
export const cohere2: Architecture = {
  modelType: 'cohere2',
  title: 'Cohere 2',
  paper: 'Cohere 2025, https://arxiv.org/abs/2504.00698',
  causal: true,
  classes: { Cohere2ForCausalLM: 'causal-lm', Cohere2Model: 'base' },
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(true),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 40),
    heads: config.count('num_attention_heads', 64),
    width: config.count('hidden_size', 8192),
    contextLength: config.count('max_position_embeddings', 8192),
    vocabularySize: config.count('vocab_size', 256000),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes);
  const epsilon = config.positive('layer_norm_eps', 1e-5);
  const inner = config.count('intermediate_size', 22528);
  const attentionBias = config.flag('attention_bias', false);
  const logitScale = config.positive('logit_scale', 0.0625);

  const table = tokenTable(context, 'embed_tokens.weight', true);
  const settings = rotarySettings(config, { headWidth: heads.headWidth, contextLength });
  const angles = rotary(context, settings, 'neighbours');
  const pattern = config.count('sliding_window_pattern', 4);
  const types = layerTypesOf(config, layers, (layer) =>
    (layer + 1) % pattern === 0 ? 'full_attention' : 'sliding_attention',
  );
  const masks = biasOfLayers(context, types, windowOf(config, 4096));
  const norm = (x: Value, weights: string, hook: string) =>
    layerNorm(context, x, { weights, hook }, width, epsilon, { bias: false });
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    const rotates = types[layer] === 'sliding_attention';
    residual = parallelBlock(context, layer, residual, {
      ln1: (x) => norm(x, `${weights}.input_layernorm`, `${hook}.ln1`),
      attention: (x) =>
        projectedAttention(context, x, {
          ...heads,
          weights: `${weights}.self_attn`,
          hook: `${hook}.attn`,
          width,
          mask: masks[layer]!,
          bias: { input: attentionBias, output: attentionBias },
          rotate: rotates ? (head) => rotate(context, head, angles) : undefined,
        }),
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
  const final = norm(residual, 'norm', 'ln_final');
  const finish = (logits: Value) => graph.apply('Mul', [logits, graph.scalar(logitScale)]);
  decoderHead(context, final, { width, vocabularySize, table, tied: true, finish });
}
