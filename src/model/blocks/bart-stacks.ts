import type { Value } from '../../graph/index.js';
import { tensor } from '../../tensor/index.js';
import type { Architecture, BuildContext, Dimensions } from '../architecture.js';
import type { ConfigReader } from '../config-reader.js';
import { activation } from './activation.js';
import { causalBias, paddingBias } from './attention.js';
import { classificationHead, decoderHead, inferDecoderTask } from './decoder-head.js';
import { embedding } from './embedding.js';
import { positionsBehindPadding } from './encoder-embedding.js';
import { layerNorm } from './layer-norm.js';
import { plainMlp } from './plain-mlp.js';
import { fairseqSinusoids, sinusoids } from './sinusoids.js';
import { encoderContext, stackAttention, tableAmong } from './stack-attention.js';
import { type Sublayer, stackBlock, sublayerHooks } from './stack-block.js';

/** What the members of BART's family differ in. */
export interface BartFamily {
  /** Whether norms stand in front of the parts of a block and at the end of each stack, or behind the sums. */
  readonly normFirst: boolean;
  /** Whether there is a norm over the embeddings. */
  readonly embeddingNorm: boolean;
  /**
   * Positions: rows of a learned table, from its third on; sinusoids, stored or not; or sinusoids as fairseq has them,
   * which count from behind the id of padding.
   */
  readonly positions: 'learned' | 'sinusoids' | 'fairseq sinusoids';
  /** Defaults of the config where the family's differ. */
  readonly vocabularySize: number;
  readonly padId: number;
  readonly startId: number | null;
  readonly activation?: string;
  readonly scaled?: boolean;
  /** Whether encoder and decoder may have vocabularies of their own. */
  readonly ownVocabularies?: boolean;
}

type Side = 'encoder' | 'decoder';

/** Rows of a learned table before that of position 0: fairseq counted from behind the id of its padding, 1. */
const positionOffset = 2;

/** An encoder and a decoder of BART's family. Layers are `encoder.layers.…` and `decoder.layers.…`, all with biases. */
export function bartStacks(
  family: BartFamily,
): Pick<Architecture, 'causal' | 'weightNames' | 'inferTask' | 'dimensions' | 'build'> {
  return {
    causal: true,
    weightNames: {
      prefix: 'model.',
      surplus: [
        /(^|\.)shared\.weight$/,
        /\.embed_tokens\.weight$/,
        /\.embed_positions\.(weights|_float_tensor)$/,
      ],
    },
    inferTask: inferDecoderTask(true),
    dimensions: (config) => dimensions(config, family),
    build: (context) => build(context, family),
  };
}

function dimensions(config: ConfigReader, family: BartFamily): Dimensions {
  config.require('is_encoder_decoder', true);
  config.require('is_decoder', false);
  config.require('tie_encoder_decoder', false);
  config.require('pruned_heads', {});
  // What early configs say of the family itself.
  config.require('normalize_before', family.normFirst);
  config.require('add_final_layer_norm', family.normFirst);
  const width = config.count('d_model', 1024, 'hidden_size');
  const contextLength = config.count('max_position_embeddings', 1024);
  const vocabularySize = config.count('vocab_size', family.vocabularySize);
  const side = (name: Side) => {
    const heads = config.count(`${name}_attention_heads`, 16);
    config.requireDivisible('d_model', width, `${name}_attention_heads`, heads);
    return { layers: config.count(`${name}_layers`, 12), heads };
  };
  return {
    ...side('encoder'),
    width,
    contextLength,
    vocabularySize,
    segments: 0,
    decoder: {
      ...side('decoder'),
      contextLength,
      vocabularySize: sharesTables(config, family)
        ? vocabularySize
        : config.count('decoder_vocab_size', vocabularySize),
      startId: config.tokenId('decoder_start_token_id', family.startId),
      endId: config.tokenId('eos_token_id', 2),
      forcedId: config.tokenId('forced_bos_token_id', null),
    },
  };
}

function sharesTables(config: ConfigReader, { ownVocabularies }: BartFamily): boolean {
  return !ownVocabularies || config.flag('share_encoder_decoder_embeddings', true);
}

function build(context: BuildContext, family: BartFamily): void {
  const { graph, config, task, weights } = context;
  const sizes = dimensions(config, family);
  const { width } = sizes;
  const places = positionTable(context, family, sizes);
  const reading = encoderContext(context);
  const read = stack(reading, { side: 'encoder', family, sizes, places });
  const source = { value: read, mask: paddingBias(reading) };
  const final = stack(context, { side: 'decoder', family, sizes, places, source });
  if (task === 'base') return;
  if (task === 'sequence-classification') {
    classificationHead(context, final, width);
    return;
  }
  const { vocabularySize } = sizes.decoder!;
  const table = tableName(context, 'decoder', family);
  const bias = weights.has('final_logits_bias')
    ? weights.float('final_logits_bias', [1, vocabularySize])
    : undefined;
  const finish = (logits: Value) => (bias ? graph.apply('Add', [logits, bias]) : logits);
  decoderHead(context, final, { width, vocabularySize, table, tied: true, finish });
}

/** Sinusoids that files do not hold; undefined where positions are learned. */
function positionTable(
  { graph, config }: BuildContext,
  { positions, padId }: BartFamily,
  { contextLength, width }: Dimensions,
): Value | undefined {
  if (positions === 'learned') return undefined;
  if (positions === 'sinusoids') return graph.constant(sinusoids(contextLength, width));
  const padding = config.tokenId('pad_token_id', padId) ?? padId;
  return graph.constant(fairseqSinusoids(padding + 1 + contextLength, width, padding));
}

/** Where the tokens' table of a stack is: tied tables are stored once, or once for each use. */
function tableName(context: BuildContext, side: Side, family: BartFamily): string {
  const own = `${side}.embed_tokens.weight`;
  const others = [
    'shared.weight',
    ...(['encoder', 'decoder'] as const).map((name) => `${name}.embed_tokens.weight`),
    'lm_head.weight',
  ];
  const tied = sharesTables(context.config, family) && context.config.flag('tie_word_embeddings', true);
  return tied ? tableAmong(context, [own, ...others]) : own;
}

/** One of the two stacks, and what it is made with. */
interface Stack {
  readonly side: Side;
  readonly family: BartFamily;
  readonly sizes: Dimensions;
  /** Sinusoids, where positions are. */
  readonly places: Value | undefined;
  /** What the encoder made of its text, and what hides its padding: for the decoder. */
  readonly source?: { readonly value: Value; readonly mask: Value };
}

const epsilon = 1e-5;

function stack(context: BuildContext, parts: Stack): Value {
  const { graph } = context;
  const { side, family, sizes } = parts;
  const { width } = sizes;
  const norm = (x: Value, name: string, hook?: string) => {
    const names = { weights: `${side}.${name}`, ...(hook === undefined ? {} : { hook: `${side}.${hook}` }) };
    return layerNorm(context, x, names, width, epsilon);
  };
  let residual = embedded(context, parts);
  if (family.embeddingNorm)
    residual = graph.hook(`${side}.hook_full_embed`, norm(residual, 'layernorm_embedding'));
  const mask = side === 'encoder' ? paddingBias(context) : causalBias(context);
  const { layers } = side === 'encoder' ? sizes : sizes.decoder!;
  for (let layer = 0; layer < layers; layer++) residual = block(context, parts, layer, mask, residual);
  return family.normFirst ? norm(residual, 'layer_norm', 'ln_final') : residual;
}

/** Tokens, times √d_model where `scale_embedding` says so, and positions. */
function embedded(context: BuildContext, { side, family, sizes, places }: Stack): Value {
  const { graph, config, inputs, weights, past } = context;
  const { width, contextLength } = sizes;
  const { vocabularySize } = side === 'encoder' ? sizes : sizes.decoder!;
  const words = embedding(context, inputs.tokens, tableName(context, side, family), vocabularySize, width);
  const scaled = config.flag('scale_embedding', family.scaled ?? false)
    ? graph.apply('Mul', [words, graph.scalar(Math.sqrt(width))])
    : words;
  const tokens = graph.hook(`${side}.hook_embed`, scaled);
  const stored = `${side}.embed_positions.weight`;
  const rows = () => {
    if (family.positions === 'fairseq sinusoids') {
      const padId = config.tokenId('pad_token_id', family.padId) ?? family.padId;
      return positionsBehindPadding({ ...context, past }, padId);
    }
    if (family.positions === 'sinusoids') return inputs.positions;
    const offset = graph.constant(tensor('I64', [], BigInt64Array.of(BigInt(positionOffset))));
    return graph.apply('Add', [inputs.positions, offset]);
  };
  const found =
    places && !weights.has(stored)
      ? graph.apply('Gather', [places, rows()], { axis: 0 })
      : embedding(context, rows(), stored, contextLength + (places ? 0 : positionOffset), width);
  return graph.apply('Add', [tokens, graph.hook(`${side}.hook_pos_embed`, found)]);
}

function block(context: BuildContext, parts: Stack, layer: number, mask: Value, input: Value): Value {
  const { config } = context;
  const { side, family, sizes, source } = parts;
  const { width } = sizes;
  const { heads } = side === 'encoder' ? sizes : sizes.decoder!;
  const headWidth = width / heads;
  const prefix = `${side}.layers.${layer}`;
  const hook = `${side}.blocks.${layer}`;
  const norm = (name: string, index: number) => (x: Value) =>
    layerNorm(context, x, { weights: `${prefix}.${name}`, hook: `${hook}.ln${index}` }, width, epsilon);
  const attend = (name: string, hookName: string, hidden: Value, from?: Value) => (x: Value) => {
    const part = (letter: string) => `${prefix}.${name}.${letter}_proj`;
    return stackAttention(context, x, {
      ...{ heads, headWidth, scale: 1 / Math.sqrt(headWidth), width, mask: hidden, source: from, bias: true },
      weights: [part('q'), part('k'), part('v'), part('out')],
      hook: `${hook}.${hookName}`,
    });
  };
  const attention: Sublayer = {
    ...sublayerHooks.attention,
    norm: norm('self_attn_layer_norm', 1),
    compute: attend('self_attn', 'attn', mask),
  };
  const cross: Sublayer[] = source
    ? [
        {
          ...sublayerHooks.cross,
          norm: norm('encoder_attn_layer_norm', 2),
          compute: attend('encoder_attn', 'cross_attn', source.mask, source.value),
        },
      ]
    : [];
  const mlp: Sublayer = {
    ...sublayerHooks.mlp,
    norm: norm('final_layer_norm', source ? 3 : 2),
    compute: (x) =>
      plainMlp(context, x, {
        weights: [`${prefix}.fc1`, `${prefix}.fc2`],
        hook: `${hook}.mlp`,
        width,
        inner: config.count(`${side}_ffn_dim`, 4096),
        activation: (y) => activation(context, 'activation_function', family.activation ?? 'gelu', y),
      }),
  };
  return stackBlock(context, hook, input, family.normFirst, [attention, ...cross, mlp]);
}
