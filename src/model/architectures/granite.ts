import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { causalBias } from '../blocks/attention.js';
import { decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Granite: Llama with factors of the embedding, of the scores, of what each block adds, and of the logits. */
export const granite: Architecture = {
  modelType: 'granite',
  title: 'Granite',
  paper: 'Granite Team 2024, Granite 3.0 Language Models',
  causal: true,
  classes: { GraniteForCausalLM: 'causal-lm', GraniteModel: 'base' },
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
    contextLength: config.count('max_position_embeddings', 2048),
    vocabularySize: config.count('vocab_size', 32000),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes);
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const inner = config.count('intermediate_size', 11008);
  const attentionBias = config.flag('attention_bias', false);
  const mlpBias = config.flag('mlp_bias', false);

  const table = tokenTable(context, 'embed_tokens.weight', false);
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const mask = causalBias(context);
  const times = (x: Value, factor: number) => graph.apply('Mul', [x, graph.scalar(factor)]);
  const tokens = embedding(context, inputs.tokens, table, vocabularySize, width);
  let residual = graph.hook('hook_embed', times(tokens, config.positive('embedding_multiplier', 1)));
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
          mask,
          bias: { input: attentionBias, output: attentionBias },
          scale: config.positive('attention_multiplier', 1),
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
          bias: mlpBias,
        }),
      multiplier: config.positive('residual_multiplier', 1),
    });
  }
  const final = rmsNorm(context, residual, { weights: 'norm', hook: 'ln_final' }, width, epsilon);
  const finish = (logits: Value) => times(logits, 1 / config.positive('logits_scaling', 1));
  decoderHead(context, final, { width, vocabularySize, table, tied: false, finish });
}
