import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import { decoderClasses, inferDecoderTask } from '../blocks/decoder-head.js';
import { gatedMlp } from '../blocks/gated-mlp.js';
import { headSizes } from '../blocks/head-sizes.js';
import { biasOfAllLayers, windowOf } from '../blocks/layer-types.js';
import { mixtureOfExperts, softmaxRouter } from '../blocks/mixture-of-experts.js';
import { projectedAttention } from '../blocks/projected-attention.js';
import { rmsNormDecoder } from '../blocks/rms-norm-decoder.js';
import { rotary, rotate } from '../blocks/rotary.js';
import { rotarySettings } from '../blocks/rotary-settings.js';
import type { ConfigReader } from '../config-reader.js';

/** Mixtral: Mistral with experts instead of one MLP, of which a router chooses some for each token. */
export const mixtral: Architecture = {
  modelType: 'mixtral',
  title: 'Mixtral',
  paper: 'Jiang et al. 2024, https://arxiv.org/abs/2401.04088',
  causal: true,
  classes: decoderClasses('Mixtral'),
  weightNames: { prefix: 'model.', rename, surplus: [] },
  inferTask: inferDecoderTask(false),
  dimensions,
  build,
};

/** Published files number the parts of an expert. */
function rename(name: string): string {
  const parts: Readonly<Record<string, string>> = { w1: 'gate_proj', w2: 'down_proj', w3: 'up_proj' };
  return name
    .replace('.block_sparse_moe.', '.mlp.')
    .replace(
      /(\.experts\.\d+)\.(w[123])\./,
      (_, expert: string, part: string) => `${expert}.${parts[part]}.`,
    );
}

function dimensions(config: ConfigReader): Dimensions {
  return {
    layers: config.count('num_hidden_layers', 32),
    heads: config.count('num_attention_heads', 32),
    width: config.count('hidden_size', 4096),
    contextLength: config.count('max_position_embeddings', 131072),
    vocabularySize: config.count('vocab_size', 32000),
    segments: 0,
  };
}

function build(context: BuildContext): void {
  const { config } = context;
  const sizes = dimensions(config);
  const heads = headSizes(config, sizes, { keyValueHeads: 8 });
  const experts = config.count('num_local_experts', 8, 'num_experts');
  const chosen = config.count('num_experts_per_tok', 2);
  const inner = config.count('intermediate_size', 14336);
  const { width, contextLength } = sizes;
  const rotation = { headWidth: heads.headWidth, contextLength, theta: 1_000_000 };
  const angles = rotary(context, rotarySettings(config, rotation));
  const mask = biasOfAllLayers(context, windowOf(config));
  rmsNormDecoder(context, {
    sizes,
    epsilon: config.positive('rms_norm_eps', 1e-5),
    attention: (x, names) =>
      projectedAttention(context, x, {
        ...heads,
        ...names,
        width,
        mask,
        rotate: (head) => rotate(context, head, angles),
      }),
    mlp: (x, { weights, hook }) => {
      const gate = { weights: `${weights}.gate`, hook };
      const router = softmaxRouter(context, x, { ...gate, width, experts, chosen, normalized: true });
      return mixtureOfExperts(context, x, router, hook, (tokens, index) =>
        gatedMlp(context, tokens, {
          weights: `${weights}.experts.${index}`,
          width,
          inner,
          activation: ['hidden_act', 'silu'],
        }),
      );
    },
  });
}
