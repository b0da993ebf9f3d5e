import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import type { ConfigReader } from '../config-reader.js';
import { activationNamed } from './activation.js';
import { causalBias, paddingBias } from './attention.js';
import { classificationHead, decoderHead, inferDecoderTask } from './decoder-head.js';
import { embedding } from './embedding.js';
import { gatedMlp } from './gated-mlp.js';
import { plainMlp } from './plain-mlp.js';
import { byDistance, relativeBuckets } from './relative-buckets.js';
import { rmsNorm } from './rms-norm.js';
import { encoderContext, stackAttention, tableAmong } from './stack-attention.js';
import { type Sublayer, stackBlock, sublayerHooks } from './stack-block.js';

/** What the members of T5's family differ in. */
interface T5Family {
  /** Default of `vocab_size`. */
  readonly vocabularySize: number;
  /** Whether the last residual stream is multiplied by 1 / √d_model before tied output weights. */
  readonly scaled: (config: ConfigReader) => boolean;
}

type Side = 'encoder' | 'decoder';

/** Names of the classes that transformers has of the family, and the task of each. */
export function t5Classes(prefix: string): Architecture['classes'] {
  return {
    [`${prefix}ForConditionalGeneration`]: 'causal-lm',
    [`${prefix}ForSequenceClassification`]: 'sequence-classification',
    [`${prefix}Model`]: 'base',
  };
}

/**
 * An encoder and a decoder of T5's family: RMSNorm before each part, attention that is not divided by √d_kv, and biases
 * of relative positions that all layers of a stack share; cross attention has none.
 */
export function t5Stacks(
  family: T5Family,
): Pick<Architecture, 'causal' | 'weightNames' | 'inferTask' | 'dimensions' | 'build'> {
  return {
    causal: true,
    weightNames: {
      prefix: '',
      // A classifier's body has a prefix, and nothing else has it.
      rename: (name) => name.replace(/^transformer\./, ''),
      surplus: [
        /^shared\.weight$/,
        /\.embed_tokens\.weight$/,
        /EncDecAttention\.relative_attention_bias\.weight$/,
      ],
    },
    inferTask: inferDecoderTask(true),
    dimensions: (config) => dimensions(config, family),
    build: (context) => build(context, family),
  };
}

function dimensions(config: ConfigReader, { vocabularySize }: T5Family): Dimensions {
  config.require('is_encoder_decoder', true);
  config.require('is_decoder', false);
  config.require('tie_encoder_decoder', false);
  config.require('pruned_heads', {});
  const layers = config.count('num_layers', 6, 'num_hidden_layers');
  const shared = {
    heads: config.count('num_heads', 8, 'num_attention_heads'),
    // Nothing in the computation has a limit: the length of the texts it was trained on.
    contextLength: config.count('n_positions', 512),
    vocabularySize: config.count('vocab_size', vocabularySize),
  };
  return {
    ...shared,
    layers,
    width: config.count('d_model', 512, 'hidden_size'),
    segments: 0,
    decoder: {
      ...shared,
      layers: config.count('num_decoder_layers', layers),
      startId: config.tokenId('decoder_start_token_id', config.tokenId('pad_token_id', 0)),
      endId: config.tokenId('eos_token_id', 1),
      forcedId: config.tokenId('forced_bos_token_id', null),
    },
  };
}

function build(context: BuildContext, family: T5Family): void {
  const { graph, config, task } = context;
  const sizes = dimensions(config, family);
  const { width } = sizes;
  const vocabularySize = sizes.vocabularySize;
  const reading = encoderContext(context);
  const read = stack(reading, 'encoder', sizes);
  const final = stack(context, 'decoder', sizes, { value: read, mask: paddingBias(reading) });
  if (task === 'base') return;
  if (task === 'sequence-classification') {
    classificationHead(context, final, width);
    return;
  }
  const scaled = family.scaled(config)
    ? graph.apply('Mul', [final, graph.scalar(1 / Math.sqrt(width))])
    : final;
  const table = tableNames(context, 'decoder');
  decoderHead(context, scaled, { width, vocabularySize, table, tied: true });
}

function tableNames(context: BuildContext, side: Side): string {
  return tableAmong(context, [
    `${side}.embed_tokens.weight`,
    'shared.weight',
    'encoder.embed_tokens.weight',
    'decoder.embed_tokens.weight',
    'lm_head.weight',
  ]);
}

/** What an encoder made of its text, and what hides its padding. */
interface Read {
  readonly value: Value;
  readonly mask: Value;
}

function stack(context: BuildContext, side: Side, sizes: Dimensions, read?: Read): Value {
  const { graph, config, inputs } = context;
  const { width, vocabularySize, decoder } = sizes;
  const tokens = embedding(context, inputs.tokens, tableNames(context, side), vocabularySize, width);
  const hidden = side === 'encoder' ? paddingBias(context) : causalBias(context);
  const bias = graph.apply('Add', [relativeBias(context, side, sizes), hidden]);
  const layers = side === 'encoder' ? sizes.layers : decoder!.layers;
  let residual = graph.hook(`${side}.hook_embed`, tokens);
  for (let layer = 0; layer < layers; layer++) {
    residual = block(context, { side, layer, sizes, bias, read }, residual);
  }
  const names = { weights: `${side}.final_layer_norm`, hook: `${side}.ln_final` };
  return rmsNorm(context, residual, names, width, epsilon(config));
}

function epsilon(config: ConfigReader): number {
  return config.positive('layer_norm_epsilon', 1e-6);
}

/** What is added to the scores for the distance of two tokens, [batch, head, destination, source]. */
function relativeBias(context: BuildContext, side: Side, { heads }: Dimensions): Value {
  const { graph, config, weights } = context;
  const rows = config.count('relative_attention_num_buckets', 32);
  const farthest = config.count('relative_attention_max_distance', 128);
  const name = `${side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`;
  const table = weights.float(name, [rows, heads]);
  // All distances from the farthest on are in the last bucket.
  const reach = farthest + 1;
  const indices = relativeBuckets(reach, rows, farthest, side === 'encoder');
  const values = graph.apply('Gather', [table, graph.constant(tensor('I64', [indices.length], indices))], {
    axis: 0,
  });
  return byDistance(context, values, reach, true);
}

interface Block {
  readonly side: Side;
  readonly layer: number;
  readonly sizes: Dimensions;
  /** What is added to the scores of the attention within the stack. */
  readonly bias: Value;
  readonly read: Read | undefined;
}

function block(context: BuildContext, { side, layer, sizes, bias, read }: Block, input: Value): Value {
  const { config } = context;
  const { width, heads } = sizes;
  const headWidth = config.count('d_kv', 64, 'head_dim');
  const hook = `${side}.blocks.${layer}`;
  const part = (index: number) => `${side}.block.${layer}.layer.${index}`;
  const norm = (index: number) => (x: Value) => {
    const names = { weights: `${part(index)}.layer_norm`, hook: `${hook}.ln${index + 1}` };
    return rmsNorm(context, x, names, width, epsilon(config));
  };
  const attend =
    (index: number, name: string, hookName: string, mask: Value, source?: Value) => (x: Value) => {
      const prefix = `${part(index)}.${name}`;
      return stackAttention(context, x, {
        ...{ heads, headWidth, scale: 1, width, mask, source, bias: false },
        weights: [`${prefix}.q`, `${prefix}.k`, `${prefix}.v`, `${prefix}.o`],
        hook: `${hook}.${hookName}`,
      });
    };
  const attention: Sublayer = {
    ...sublayerHooks.attention,
    norm: norm(0),
    compute: attend(0, 'SelfAttention', 'attn', bias),
  };
  const cross: Sublayer[] = read
    ? [
        {
          ...sublayerHooks.cross,
          norm: norm(1),
          compute: attend(1, 'EncDecAttention', 'cross_attn', read.mask, read.value),
        },
      ]
    : [];
  const last = read ? 2 : 1;
  const mlp: Sublayer = {
    ...sublayerHooks.mlp,
    norm: norm(last),
    compute: (x) => feedForward(context, x, `${part(last)}.DenseReluDense`, `${hook}.mlp`, width),
  };
  return stackBlock(context, hook, input, true, [attention, ...cross, mlp]);
}

/** `feed_forward_proj`: the name of an activation, or `gated-` and such a name; `gated-gelu` is the tanh form. */
function feedForward(context: BuildContext, x: Value, weights: string, hook: string, width: number): Value {
  const { config } = context;
  const key = 'feed_forward_proj';
  const name = config.text(key, 'relu');
  const inner = config.count('d_ff', 2048);
  const gate = /^gated-(.*)$/.exec(name)?.[1];
  const activation = activationNamed(context, key, gate === 'gelu' ? 'gelu_new' : (gate ?? name));
  return gate === undefined
    ? plainMlp(context, x, {
        ...{ hook, width, inner, activation, bias: false },
        weights: [`${weights}.wi`, `${weights}.wo`],
      })
    : gatedMlp(context, x, {
        weights,
        hook,
        width,
        inner,
        activation,
        parts: ['wi_0', 'wi_1'],
        output: 'wo',
      });
}
