import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { causalBias } from '../blocks/attention.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { headSizes } from '../blocks/head-sizes.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { parallelBlock } from '../blocks/parallel-block.js';
import { plainMlp } from '../blocks/plain-mlp.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Phi-1, 1.5 and 2: attention and MLP side by side behind one LayerNorm, biases everywhere, partly rotated heads. */
export const phi: Architecture = {
  modelType: 'phi',
  title: 'Phi',
  paper: 'Li et al. 2023, https://arxiv.org/abs/2309.05463',
  causal: true,
  classes: decoderClasses('Phi'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(false, true),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 24),
    heads: config.count('num_attention_heads', 32),
    width: config.count('hidden_size', 2048),
    contextLength: config.count('max_position_embeddings', 2048),
    vocabularySize: config.count('vocab_size', 51200),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes);
  const { headWidth } = heads;
  const epsilon = config.positive('layer_norm_eps', 1e-5);
  const inner = config.count('intermediate_size', 8192);

  const table = tokenTable(context, 'embed_tokens.weight', false);
  const angles = rotary(context, rotarySettings(config, { headWidth, contextLength, share: 0.5 }));
  const mask = causalBias(context);
  const headNorm = (x: Value, weights: string) => layerNorm(context, x, { weights }, headWidth, epsilon);
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    const normalize = {
      q: (x: Value) => headNorm(x, `${weights}.self_attn.q_layernorm`),
      k: (x: Value) => headNorm(x, `${weights}.self_attn.k_layernorm`),
    };
    residual = parallelBlock(context, layer, residual, {
      ln1: (x) =>
        layerNorm(context, x, { weights: `${weights}.input_layernorm`, hook: `${hook}.ln1` }, width, epsilon),
      attention: (x) =>
        projectedAttention(context, x, {
          ...heads,
          weights: `${weights}.self_attn`,
          output: 'dense',
          hook: `${hook}.attn`,
          width,
          mask,
          bias: { input: true, output: true },
          normalize: config.flag('qk_layernorm', false) ? normalize : undefined,
          rotate: (head) => rotate(context, head, angles),
        }),
      mlp: (x) =>
        plainMlp(context, x, {
          weights: [`${weights}.mlp.fc1`, `${weights}.mlp.fc2`],
          hook: `${hook}.mlp`,
          width,
          inner,
          activation: (pre) => activation(context, 'hidden_act', 'gelu_new', pre),
        }),
    });
  }
  const final = layerNorm(
    context,
    residual,
    { weights: 'final_layernorm', hook: 'ln_final' },
    width,
    epsilon,
  );
  decoderHead(context, final, { width, vocabularySize, table, tied: false, bias: true });
}
