import type { Value } from '../../graph/index.js';
import { type Architecture, answersHook, type BuildContext, type Dimensions } from '../architecture.js';
import { activation } from '../blocks/activation.js';
import { attention, paddingBias } from '../blocks/attention.js';
import { embedding } from '../blocks/embedding.js';
import { layerNorm } from '../blocks/layer-norm.js';
import { linear } from '../blocks/linear.js';
import type { ConfigReader } from '../config-reader.js';

/** BERT: post-norm encoder with learned positions and segments. */
export const bert: Architecture = {
  modelType: 'bert',
  title: 'BERT',
  paper: 'Devlin et al. 2019, https://arxiv.org/abs/1810.04805',
  causal: false,
  classes: {
    BertForMaskedLM: 'masked-lm',
    BertForPreTraining: 'masked-lm',
    BertForQuestionAnswering: 'question-answering',
    BertForSequenceClassification: 'sequence-classification',
    BertForTokenClassification: 'token-classification',
    BertModel: 'base',
  },
  weightNames: {
    prefix: 'bert.',
    rename: (name) =>
      name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias'),
    surplus: [/embeddings\.position_ids$/, /embeddings\.token_type_ids$/, /(^|\.)pooler\./, /^cls\./],
  },
  inferTask: (hasWeight) =>
    hasWeight('cls.predictions.transform.dense.weight')
      ? 'masked-lm'
      : hasWeight('qa_outputs.weight')
        ? 'question-answering'
        : hasWeight('classifier.weight')
          ? 'sequence-classification'
          : 'base',
  dimensions,
  build,
};

function dimensions(config: ConfigReader): Dimensions {
  config.require('position_embedding_type', 'absolute');
  config.require('is_decoder', false);
  config.require('add_cross_attention', false);
  config.require('pruned_heads', {});
  const width = config.count('hidden_size', 768);
  const heads = config.count('num_attention_heads', 12);
  config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  return {
    layers: config.count('num_hidden_layers', 12),
    heads,
    width,
    contextLength: config.count('max_position_embeddings', 512),
    vocabularySize: config.count('vocab_size', 30522),
    segments: config.count('type_vocab_size', 2),
  };
}

function build(context: BuildContext): void {
  const { graph, config, inputs } = context;
  const { layers, width, contextLength, vocabularySize, segments } = dimensions(config);
  const table = (name: string, indices: Value, rows: number) =>
    embedding(context, indices, `embeddings.${name}_embeddings.weight`, rows, width);

  const tokens = graph.hook('hook_embed', table('word', inputs.tokens, vocabularySize));
  const types = graph.hook('embed.hook_token_type_embed', table('token_type', inputs.segments, segments));
  const places = graph.hook('hook_pos_embed', table('position', inputs.positions, contextLength));
  const sum = graph.apply('Add', [graph.apply('Add', [tokens, types]), places]);
  const epsilon = config.positive('layer_norm_eps', 1e-12);
  const normalized = layerNorm(context, sum, { weights: 'embeddings.LayerNorm' }, width, epsilon);
  let residual = graph.hook('hook_full_embed', normalized);
  const bias = paddingBias(context);
  for (let layer = 0; layer < layers; layer++) residual = block(context, layer, residual, bias);
  head(context, residual);
}

function block(context: BuildContext, layer: number, input: Value, bias: Value): Value {
  const { graph, config } = context;
  const { width, heads } = dimensions(config);
  const inner = config.count('intermediate_size', 3072);
  const epsilon = config.positive('layer_norm_eps', 1e-12);
  const headWidth = width / heads;
  const hook = `blocks.${layer}`;
  const weight = `encoder.layer.${layer}`;
  const square = { from: width, to: width };

  const pre = graph.hook(`${hook}.hook_resid_pre`, input);
  const [q, k, v] = ['query', 'key', 'value'].map((part) =>
    linear(context, pre, `${weight}.attention.self.${part}`, square),
  );
  const shape = { heads, headWidth, scale: 1 / Math.sqrt(headWidth) };
  const z = attention(context, `${hook}.attn`, q!, k!, v!, bias, shape);
  const attended = graph.hook(
    `${hook}.hook_attn_out`,
    linear(context, z, `${weight}.attention.output.dense`, square),
  );
  const mid = graph.hook(`${hook}.hook_resid_mid`, graph.apply('Add', [pre, attended]));
  const ln1 = { weights: `${weight}.attention.output.LayerNorm`, hook: `${hook}.ln1` };
  const normalized = layerNorm(context, mid, ln1, width, epsilon);

  const up = linear(context, normalized, `${weight}.intermediate.dense`, { from: width, to: inner });
  const hidden = activation(context, 'hidden_act', 'gelu', graph.hook(`${hook}.mlp.hook_pre`, up));
  const activated = graph.hook(`${hook}.mlp.hook_post`, hidden);
  const down = linear(context, activated, `${weight}.output.dense`, { from: inner, to: width });
  const output = graph.hook(`${hook}.hook_mlp_out`, down);
  const post = graph.hook(`${hook}.hook_resid_post`, graph.apply('Add', [normalized, output]));
  const ln2 = { weights: `${weight}.output.LayerNorm`, hook: `${hook}.ln2` };
  return graph.hook(`${hook}.hook_normalized_resid_post`, layerNorm(context, post, ln2, width, epsilon));
}

function head(context: BuildContext, final: Value): void {
  const { graph, config, weights, task } = context;
  const { width } = dimensions(config);
  if (task === 'masked-lm') maskedHead(context, final);
  if (task === 'question-answering')
    graph.hook('logits', linear(context, final, 'qa_outputs', { from: width, to: 2 }));
  if (task === 'token-classification') {
    graph.hook('logits', linear(context, final, 'classifier', { from: width, to: config.labels().length }));
  }
  if (!weights.has('pooler.dense.weight')) return;
  const dense = linear(context, firstToken(context, final), 'pooler.dense', { from: width, to: width });
  const pooled = graph.apply('Reshape', [graph.apply('Tanh', [dense])], { shape: ['batch', width] });
  const pooler = graph.hook('hook_pooler_out', pooled);
  if (task === 'sequence-classification') {
    graph.hook('logits', linear(context, pooler, 'classifier', { from: width, to: config.labels().length }));
  }
  if (weights.has('cls.seq_relationship.weight')) {
    graph.hook('hook_nsp_out', linear(context, pooler, 'cls.seq_relationship', { from: width, to: 2 }));
  }
}

/** The first token of each row, on whichever side its padding stands: [batch, position, width] → [batch, 1, width]. */
function firstToken({ graph, inputs }: BuildContext, x: Value): Value {
  const count = graph.apply('CumSum', [inputs.mask], { axis: 1 });
  const first = graph.apply('Cast', [graph.apply('Equal', [count, graph.scalar(1)])], { to: 'F32' });
  // The count stays 1 on the padding that follows a single token.
  const chosen = graph.apply('Unsqueeze', [graph.apply('Mul', [first, inputs.mask])], { axes: [1] });
  return graph.apply('MatMul', [chosen, x]);
}

function maskedHead(context: BuildContext, final: Value): void {
  const { graph, config, weights, inputs } = context;
  const { width, vocabularySize } = dimensions(config);
  const prefix = 'cls.predictions';
  // Tied tables and biases are stored once; where a file has the output side too, transformers uses that.
  const tied = config.flag('tie_word_embeddings', true) && !weights.has(`${prefix}.decoder.weight`);
  const table = tied ? 'embeddings.word_embeddings.weight' : `${prefix}.decoder.weight`;
  const biasName = weights.has(`${prefix}.decoder.bias`) ? `${prefix}.decoder.bias` : `${prefix}.bias`;

  const predict = (x: Value, hook: string) => {
    const dense = linear(context, x, `${prefix}.transform.dense`, { from: width, to: width });
    const active = activation(context, 'hidden_act', 'gelu', dense);
    const epsilon = config.positive('layer_norm_eps', 1e-12);
    const ready = layerNorm(context, active, { weights: `${prefix}.transform.LayerNorm` }, width, epsilon);
    const named = hook === 'logits' ? graph.hook('unembed.hook_in', ready) : ready;
    const products = graph.apply('FusedMatMul', [named, weights.float(table, [vocabularySize, width])], {
      transB: 1,
    });
    graph.hook(hook, graph.apply('Add', [products, weights.float(biasName, [vocabularySize])]));
  };
  predict(final, 'logits');
  predict(graph.apply('GatherND', [final, inputs.answers], { batch_dims: 1 }), answersHook);
}
