import type { Value } from '../../graph/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { causalBias } from '../blocks/attention.js';
import { decoderClasses, decoderHead, inferDecoderTask, tokenTable } from '../blocks/decoder-head.js';
import { embedding } from '../blocks/embedding.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNorm } from '../blocks/rms-norm.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** OLMo 2: Llama whose norms stand behind attention and MLP instead of before, with norms of all queries and keys. */
export const olmo2: Architecture = {
  modelType: 'olmo2',
  title: 'OLMo 2',
  paper: 'OLMo Team 2025, https://arxiv.org/abs/2501.00656',
  causal: true,
  classes: decoderClasses('Olmo2', false),
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
  const epsilon = config.positive('rms_norm_eps', 1e-5);
  const inner = config.count('intermediate_size', 11008);
  const bias = config.flag('attention_bias', false);

  const table = tokenTable(context, 'embed_tokens.weight', false);
  const angles = rotary(context, rotarySettings(config, { headWidth: heads.headWidth, contextLength }));
  const mask = causalBias(context);
  let residual = graph.hook('hook_embed', embedding(context, inputs.tokens, table, vocabularySize, width));
  for (let layer = 0; layer < layers; layer++) {
    const [weights, hook] = [`layers.${layer}`, `blocks.${layer}`];
    const pre = graph.hook(`${hook}.hook_resid_pre`, residual);
    const attended = projectedAttention(context, pre, {
      ...heads,
      weights: `${weights}.self_attn`,
      hook: `${hook}.attn`,
      width,
      mask,
      bias: { input: bias, output: bias },
      prepare: (x, part) => {
        if (part === 'v') return x;
        const whole = (part === 'q' ? heads.heads : heads.keyValueHeads) * heads.headWidth;
        return rmsNorm(context, x, { weights: `${weights}.self_attn.${part}_norm` }, whole, epsilon);
      },
      rotate: (head) => rotate(context, head, angles),
    });
    const closing = (x: Value, name: string, norm: string) =>
      rmsNorm(context, x, { weights: `${weights}.${name}`, hook: `${hook}.${norm}` }, width, epsilon);
    const attention = graph.hook(
      `${hook}.hook_attn_out`,
      closing(attended, 'post_attention_layernorm', 'ln1'),
    );
    const mid = graph.hook(`${hook}.hook_resid_mid`, graph.apply('Add', [pre, attention]));
    const changed = gatedMlp(context, mid, {
      weights: `${weights}.mlp`,
      hook: `${hook}.mlp`,
      width,
      inner,
      activation: ['hidden_act', 'silu'],
    });
    const mlp = graph.hook(`${hook}.hook_mlp_out`, closing(changed, 'post_feedforward_layernorm', 'ln2'));
    residual = graph.hook(`${hook}.hook_resid_post`, graph.apply('Add', [mid, mlp]));
  }
  const final = rmsNorm(context, residual, { weights: 'norm', hook: 'ln_final' }, width, epsilon);
  decoderHead(context, final, { width, vocabularySize, table, tied: false });
}
