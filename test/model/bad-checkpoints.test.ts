import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, suite, test } from 'node:test';
import { type ErrorCode, PellucidError } from '../../src/errors.js';
import { loadModel } from '../../src/load-model.js';
import { NodeRuntime } from '../../src/runtime/node.js';
import { type Tensor, tensor, zeros } from '../../src/tensor/index.js';
import { type Changes, FixtureCopies } from './fixture-copy.js';

const runtime = new NodeRuntime();
const copies = new FixtureCopies();
after(async () => {
  await runtime.close();
  await copies.remove();
});

/** One way to break a checkpoint, and what it is refused with: the code, and what the sentence names. */
interface Breakage extends Changes {
  readonly what: string;
  readonly fixture?: 'bert-default' | 'gpt2-default' | 'bert-sequence-classification';
  readonly code: ErrorCode;
  readonly says: readonly string[];
}

const query = 'bert.encoder.layer.0.attention.self.query.weight';

/** What quantised checkpoints have in their configs, and how the sentence tells their format. */
const quantised: readonly (readonly [Record<string, object>, says: string])[] = [
  ...(
    [
      [{ quant_method: 'gptq', bits: 4 }, 'GPTQ'],
      [{ quant_method: 'awq', bits: 4 }, 'AWQ'],
      [{ quant_method: 'bitsandbytes', load_in_4bit: true, load_in_8bit: false }, 'bitsandbytes, 4 bits'],
      [{ quant_method: 'bitsandbytes', load_in_8bit: true }, 'bitsandbytes, 8 bits'],
      [{ load_in_8bit: true }, 'bitsandbytes, 8 bits'],
      [{ quant_method: 'fp8' }, 'fp8'],
      [{ quant_method: 'mxfp4' }, 'mxfp4'],
      [{ quant_method: 'compressed-tensors' }, 'compressed-tensors'],
      [{ quant_method: 'hqq' }, 'HQQ'],
      [{ quant_method: 'constructor' }, 'constructor'],
      [{}, 'of a format it does not name'],
    ] as const
  ).map(([settings, says]) => [{ quantization_config: settings }, `(quantization_config: ${says})`] as const),
  [
    { compression_config: { quant_method: 'compressed-tensors' } },
    '(compression_config: compressed-tensors)',
  ],
];

/** What checkpoints that see or hear have in their configs, and what the sentence says of them. */
const senses: readonly (readonly [config: Record<string, unknown>, ...says: string[]])[] = [
  [{ model_type: 'llava', vision_config: {}, text_config: { model_type: 'mistral' } }, 'images', '"mistral"'],
  [{ model_type: 'gemma3', vision_config: {}, text_config: {} }, 'images', '"gemma3_text"'],
  [{ model_type: 'qwen2_vl', vision_config: {} }, 'images', '"qwen2"'],
  [{ model_type: 'clip', vision_config: {}, text_config: {} }, 'images', 'no text part'],
  [{ model_type: 'vit', image_size: 224, num_channels: 3 }, 'images', 'no text part'],
  [{ model_type: 'whisper', num_mel_bins: 80 }, 'sound', 'no text part'],
  [{ model_type: 'phi4_multimodal', vision_config: {}, audio_config: {} }, 'images and sound'],
];

const breakages: readonly Breakage[] = [
  {
    what: 'a missing tensor',
    weights: (all) => all.delete(query),
    code: 'bad-checkpoint',
    says: ['lacks the tensor', 'encoder.layer.0.attention.self.query.weight'],
  },
  {
    what: 'a tensor too many',
    weights: (all) => all.set('bert.encoder.layer.0.adapter.weight', zeros('F32', [2])),
    code: 'bad-checkpoint',
    says: ['does not use', '"bert.encoder.layer.0.adapter.weight"'],
  },
  {
    what: 'a layer too many',
    config: { num_hidden_layers: 1 },
    code: 'bad-checkpoint',
    says: ['does not use', 'bert.encoder.layer.1', 'and 13 more'],
  },
  {
    what: 'a layer that the files lack',
    config: { num_hidden_layers: 3 },
    code: 'bad-checkpoint',
    says: ['lacks the tensor', 'encoder.layer.2'],
  },
  {
    what: 'one weight under two names',
    weights: (all) => all.set(query.replace('bert.', ''), all.get(query)!),
    code: 'bad-checkpoint',
    says: [`"${query}"`, `"${query.replace('bert.', '')}"`, 'same weight'],
  },
  {
    what: 'a weight of another shape',
    weights: (all) => all.set(query, zeros('F32', [24, 23])),
    code: 'bad-checkpoint',
    says: [query, 'model.safetensors', '[24, 23]', '[24, 24]'],
  },
  {
    what: 'a weight of another rank',
    weights: (all) => all.set(query, zeros('F32', [576])),
    code: 'bad-checkpoint',
    says: [query, '[576]', '[24, 24]'],
  },
  {
    what: 'a transposed table',
    fixture: 'gpt2-default',
    weights: (all) => all.set('transformer.h.1.mlp.c_fc.weight', zeros('F32', [96, 24])),
    code: 'bad-checkpoint',
    says: ['transformer.h.1.mlp.c_fc.weight', '[96, 24]', '[24, 96]'],
  },
  {
    what: 'a config of other sizes',
    config: { vocab_size: 181 },
    code: 'bad-checkpoint',
    says: ['bert.embeddings.word_embeddings.weight', '[180, 24]', '[181, 24]'],
  },
  {
    what: 'a weight of integers',
    weights: (all) => all.set(query, zeros('I64', [24, 24])),
    code: 'unsupported',
    says: [query, 'stored as I64', 'F32, F16 or BF16'],
  },
  {
    what: 'an unknown model_type',
    config: { model_type: 'gpt_2' },
    code: 'unsupported',
    says: ['"gpt_2"', 'nearest is "gpt2"', 'bert, ', 'mistral'],
  },
  { what: 'no model_type', config: { model_type: undefined }, code: 'bad-checkpoint', says: ['model_type'] },
  {
    what: 'a model_type of Object',
    config: { model_type: 'constructor' },
    code: 'unsupported',
    says: ['"constructor"'],
  },
  {
    what: 'a class that is not supported',
    config: { architectures: ['BertForMultipleChoice'] },
    code: 'unsupported',
    says: ['BertForMultipleChoice', 'BertForMaskedLM'],
  },
  {
    what: 'classes that are no list',
    config: { architectures: 'BertModel' },
    code: 'bad-checkpoint',
    says: ['architectures'],
  },
  {
    what: 'relative positions',
    config: { position_embedding_type: 'relative_key' },
    code: 'unsupported',
    says: ['position_embedding_type', '"relative_key"', '"absolute"'],
  },
  { what: 'a BERT decoder', config: { is_decoder: true }, code: 'unsupported', says: ['is_decoder', 'true'] },
  {
    what: 'cross-attention',
    config: { add_cross_attention: true },
    code: 'unsupported',
    says: ['add_cross_attention'],
  },
  {
    what: 'cross-attention in GPT-2',
    fixture: 'gpt2-default',
    config: { add_cross_attention: true },
    code: 'unsupported',
    says: ['add_cross_attention'],
  },
  { what: 'pruned heads', config: { pruned_heads: { 0: [1] } }, code: 'unsupported', says: ['pruned_heads'] },
  {
    what: 'code of its own',
    config: { auto_map: { AutoModel: 'm.M' } },
    code: 'unsupported',
    says: ['Python code of its own', 'auto_map', 'never runs', 'trust_remote_code'],
  },
  ...quantised.map(
    ([config, says]): Breakage => ({
      what: says,
      config,
      code: 'unsupported',
      says: [says, 'F32, F16 or BF16'],
    }),
  ),
  ...senses.map(
    ([config, ...says]): Breakage => ({
      what: `a ${config.model_type}`,
      config,
      code: 'unsupported',
      says: [`"${config.model_type}", which reads`, 'models of text only', ...says],
    }),
  ),
  {
    what: 'a width that the heads cannot share',
    config: { num_attention_heads: 5 },
    code: 'bad-checkpoint',
    says: ['hidden_size 24', 'num_attention_heads 5'],
  },
  {
    what: 'negative layers',
    config: { num_hidden_layers: -1 },
    code: 'bad-checkpoint',
    says: ['num_hidden_layers', '-1'],
  },
  {
    what: 'no layers',
    config: { num_hidden_layers: 0 },
    code: 'bad-checkpoint',
    says: ['num_hidden_layers', '0'],
  },
  { what: 'half a layer', config: { num_hidden_layers: 1.5 }, code: 'bad-checkpoint', says: ['1.5'] },
  { what: 'layers in words', config: { num_hidden_layers: 'two' }, code: 'bad-checkpoint', says: ['"two"'] },
  {
    what: 'a billion layers',
    config: { num_hidden_layers: 1e9 },
    code: 'bad-checkpoint',
    says: ['1000000000 layers'],
  },
  {
    what: 'a billion heads',
    config: { num_attention_heads: 1e9 },
    code: 'bad-checkpoint',
    says: ['1000000000'],
  },
  {
    what: 'an epsilon of zero',
    config: { layer_norm_eps: 0 },
    code: 'bad-checkpoint',
    says: ['layer_norm_eps', '0'],
  },
  {
    what: 'an unknown activation',
    config: { hidden_act: 'gelu_typo' },
    code: 'unsupported',
    says: ['hidden_act', '"gelu_typo"', 'gelu_new'],
  },
  {
    what: 'an activation that is no text',
    config: { hidden_act: 7 },
    code: 'bad-checkpoint',
    says: ['hidden_act', '7'],
  },
  {
    what: 'a vocabulary smaller than the tokenizer',
    config: { vocab_size: 100 },
    weights: (all) => {
      const cut = ({ data }: Tensor, width: number[]) =>
        tensor('F32', [100, ...width], (data as Float32Array).slice(0, 100 * (width[0] ?? 1)));
      const table = 'bert.embeddings.word_embeddings.weight';
      all.set(table, cut(all.get(table)!, [24]));
      all.set('cls.predictions.bias', cut(all.get('cls.predictions.bias')!, []));
    },
    code: 'bad-checkpoint',
    says: ['tokenizer', '180 tokens', '100 (vocab_size)'],
  },
  ...[{ a: 'x', b: 'y', c: 'z' }, 'abc', { 0: 'a', 1: 2, 2: 'c' }, {}, 3].map(
    (labels): Breakage => ({
      what: `the labels ${JSON.stringify(labels)}`,
      fixture: 'bert-sequence-classification',
      config: { id2label: labels },
      code: 'bad-checkpoint',
      says: ['id2label'],
    }),
  ),
  {
    what: 'a billion labels',
    fixture: 'bert-sequence-classification',
    config: { id2label: undefined, num_labels: 1e9 },
    code: 'bad-checkpoint',
    says: ['num_labels', '1000000000'],
  },
  {
    what: 'fewer labels than the head has rows',
    fixture: 'bert-sequence-classification',
    config: { id2label: { 0: 'no', 1: 'yes' } },
    code: 'bad-checkpoint',
    says: ['classifier.weight', '[3, 16]', '[2, 16]'],
  },
];

suite('a checkpoint that cannot be trusted is refused in one sentence', () => {
  for (const { what, fixture = 'bert-default', code, says, ...changes } of breakages) {
    test(what, async () => {
      const folder = await copies.make(fixture, changes);
      await assert.rejects(loadModel(folder, { runtime }), (error) => {
        assert.ok(error instanceof PellucidError, String(error));
        assert.equal(error.code, code, error.message);
        assert.ok(error.message.includes(basename(folder)), `the checkpoint is not named: ${error.message}`);
        for (const word of says) assert.ok(error.message.includes(word), `no ${word}: ${error.message}`);
        return true;
      });
    });
  }
});

/** A float32 tensor with one number replaced. */
function withValue({ shape, data }: Tensor, index: number, value: number): Tensor {
  return tensor('F32', shape, (data as Float32Array).with(index, value));
}

suite('NaN and infinity are traced to the layer where they appear', () => {
  const cases: readonly [
    what: string,
    fixture: string,
    name: string,
    index: number,
    value: number,
    place: string,
  ][] = [
    [
      'a gain of layer 1',
      'gpt2-default',
      'transformer.h.1.ln_1.weight',
      3,
      Number.NaN,
      'blocks.1.attn.hook_pattern (layer 1)',
    ],
    [
      'the values of layer 1',
      'gpt2-default',
      'transformer.h.1.attn.c_proj.weight',
      0,
      Number.NaN,
      'blocks.1.hook_attn_out (layer 1)',
    ],
    [
      'the MLP of layer 0',
      'gpt2-default',
      'transformer.h.0.mlp.c_proj.bias',
      0,
      Number.POSITIVE_INFINITY,
      'blocks.0.hook_mlp_out (layer 0)',
    ],
    [
      'the query of layer 1',
      'bert-default',
      'bert.encoder.layer.1.attention.self.query.bias',
      0,
      Number.NaN,
      'blocks.1.attn.hook_pattern (layer 1)',
    ],
    [
      'a model without a head',
      'bert-base-names',
      'encoder.layer.1.attention.self.query.bias',
      0,
      Number.NaN,
      'blocks.1.attn.hook_pattern (layer 1)',
    ],
    ['the head', 'bert-default', 'cls.predictions.bias', 7, Number.NEGATIVE_INFINITY, 'logits'],
    [
      'the row of a token',
      'gpt2-default',
      'transformer.wte.weight',
      83 * 24,
      Number.POSITIVE_INFINITY,
      'hook_embed',
    ],
  ];
  for (const [what, fixture, name, index, value, place] of cases) {
    test(what, async () => {
      const folder = await copies.make(fixture, {
        weights: (all) => all.set(name, withValue(all.get(name)!, index, value)),
      });
      const model = await loadModel(folder, { runtime });
      await assert.rejects(model.run({ tokenIds: [83, 77] }), (error) => {
        assert.ok(error instanceof PellucidError && error.code === 'non-finite', String(error));
        assert.ok(error.message.includes(`first at ${place}: `), error.message);
        assert.ok(error.message.includes(basename(folder)), error.message);
        return true;
      });
    });
  }

  test('also block by block, in a batch, and among parts of a hook point', async () => {
    const folder = await copies.make('gpt2-default', {
      weights: (all) => {
        const name = 'transformer.h.1.attn.c_proj.weight';
        all.set(name, withValue(all.get(name)!, 0, Number.NaN));
      },
    });
    const model = await loadModel(folder, { runtime });
    const first = { code: 'non-finite', message: /first at blocks\.1\.hook_attn_out \(layer 1\): / };
    const input = { tokenIds: [83, 77] };
    await assert.rejects(model.run(input, { memory: 'low' }), first);
    await assert.rejects(model.runBatch([input, { tokenIds: [1, 2, 3] }]), first);
    const part = { hook: 'blocks.1.hook_resid_post', positions: [0] };
    await assert.rejects(model.run(input, { capture: [part], answers: 'none' }), first);
    await assert.rejects(model.run(input, { capture: [part], answers: 'none', memory: 'low' }), first);
    await model.run(input, { capture: ['blocks.1.attn.hook_z'], answers: 'none', memory: 'low' });
    await model.close();
  });

  test('but not where nothing was asked', async () => {
    const name = 'transformer.h.1.ln_1.weight';
    const folder = await copies.make('gpt2-default', {
      weights: (all) => all.set(name, withValue(all.get(name)!, 0, Number.NaN)),
    });
    const model = await loadModel(folder, { runtime });
    const run = await model.run({ tokenIds: [83] }, { capture: 'blocks.0.*', answers: 'none' });
    assert.ok(run.hooks.includes('blocks.0.hook_resid_post'));
  });
});
