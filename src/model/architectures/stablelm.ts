import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { causalBias } from '../blocks/attention.js';
import { bareLayerNorm } from '../blocks/bare-layer-norm.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { parallelBlock } from '../blocks/parallel-block.js';
import { preNormBlock } from '../blocks/pre-norm-block.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** StableLM: Llama with LayerNorms and partly rotated heads; in some, attention and MLP side by side and a norm of its own for each head. */
export const stablelm: Architecture = {
  modelType: 'stablelm',
  title: 'StableLM',
  paper: 'Bellagente et al. 2024, https://arxiv.org/abs/2402.17834',
  causal: true,
  classes: decoderClasses('StableLm'),
  weightNames: { prefix: 'model.', surplus: [] },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  const width = config.count('hidden_size', 2560);
  const heads = config.count('num_attention_heads', 32);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  config.require('head_dim', width / heads);
  return {
    layers: config.count('num_hidden_layers', 32),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 4096),
    vocabularySize: config.count('vocab_size', 50304),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const sizes = dimensions(config);
  const { layers, width, contextLength, vocabularySize } = sizes;
  const heads = headSizes(config, sizes, { keyValueHeads: 32 });
  const { headWidth, keyValueHeads } = heads;
  const epsilon = config.positive('layer_norm_eps', 1e-5);
  const inner = config.count('intermediate_size', 6912);
  const inputBias = config.flag('use_qkv_bias', false);
  const parallel = config.flag('use_parallel_residual', false);

  const table = tokenTable(context, 'embed_tokens.weight', false);
  const angles = rotary(context, rotarySettings(config, { headWidth, contextLength, share: 0.25 }));
  const mask = causalBias(context);
  const norm = (x: Value, weights: string, hook: string) =>
    layerNorm(context, x, { weights, hook }, width, epsilon);
  const headNorm = config.flag('qk_layernorm', false) ? normPerHead(context, headWidth, epsilon) : undefined;
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    const attention = `${weights}.self_attn`;
    const parts = {
      ln1: (x: Value) => norm(x, `${weights}.input_layernorm`, `${hook}.ln1`),
      attention: (x: Value) =>
        projectedAttention(context, x, {
          ...heads,
          weights: attention,
          hook: `${hook}.attn`,
          width,
          mask,
          bias: { input: inputBias, output: false },
          normalize: headNorm && {
            q: (head) => headNorm(head, `${attention}.q_layernorm`, heads.heads),
            k: (head) => headNorm(head, `${attention}.k_layernorm`, keyValueHeads),
          },
          rotate: (head) => rotate(context, head, angles),
        }),
      ln2: (x: Value) => norm(x, `${weights}.post_attention_layernorm`, `${hook}.ln2`),
      mlp: (x: Value) =>
        gatedMlp(context, x, {
          weights: `${weights}.mlp`,
          hook: `${hook}.mlp`,
          width,
          inner,
          activation: ['hidden_act', 'silu'],
        }),
    };
    residual = (parallel ? parallelBlock : preNormBlock)(context, layer, residual, parts);
  }
  const final = norm(residual, 'norm', 'ln_final');
  decoderHead(context, final, { width, vocabularySize, table, tied: false });
}

/** A LayerNorm of each head, [batch, position, head, feature], with a gain of its own and no bias. */
function normPerHead(context: BuildContext, headWidth: number, epsilon: number) {
  const { graph, weights } = context;
  const bare = bareLayerNorm(context, headWidth, epsilon);
  return (x: Value, name: string, heads: number): Value => {
    const gains = Array.from({ length: heads }, (_, head) =>
      graph.apply('Unsqueeze', [weights.float(`${name}.norms.${head}.weight`, [headWidth])], { axes: [0] }),
    );
    return graph.apply('Mul', [bare(x), graph.apply('Concat', gains, { axis: 0 })]);
  };
}
