import { perLayer, type Recipe } from './recipe.js';
import { words } from './words.js';

export interface BertSize {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly vocabulary: number;
  readonly context: number;
}

/** The shape of the published BERT base, uncased: 110 million parameters, 438 MB. */
export const bertBase: BertSize = { layers: 12, width: 768, heads: 12, vocabulary: 30_522, context: 512 };

/** A masked language model of BERT's architecture, with random weights and a WordPiece vocabulary of invented words. */
export function bertRecipe(name: string, size: BertSize): Recipe {
  const { layers, width, heads, vocabulary, context } = size;
  const dense = (out: number, from: number, part: string) => ({
    [`${part}.weight`]: [out, from],
    [`${part}.bias`]: [out],
  });
  const norm = (part: string) => ({ [`${part}.weight`]: [width], [`${part}.bias`]: [width] });
  return {
    name,
    config: {
      architectures: ['BertForMaskedLM'],
      hidden_act: 'gelu',
      hidden_size: width,
      intermediate_size: 4 * width,
      layer_norm_eps: 1e-12,
      max_position_embeddings: context,
      model_type: 'bert',
      num_attention_heads: heads,
      num_hidden_layers: layers,
      pad_token_id: 0,
      tie_word_embeddings: true,
      type_vocab_size: 2,
      vocab_size: vocabulary,
    },
    weights: new Map<string, readonly number[]>([
      ['bert.embeddings.word_embeddings.weight', [vocabulary, width]],
      ['bert.embeddings.position_embeddings.weight', [context, width]],
      ['bert.embeddings.token_type_embeddings.weight', [2, width]],
      ...Object.entries(norm('bert.embeddings.LayerNorm')),
      ...perLayer(layers, (layer) => `bert.encoder.layer.${layer}`, {
        ...dense(width, width, 'attention.self.query'),
        ...dense(width, width, 'attention.self.key'),
        ...dense(width, width, 'attention.self.value'),
        ...dense(width, width, 'attention.output.dense'),
        ...norm('attention.output.LayerNorm'),
        ...dense(4 * width, width, 'intermediate.dense'),
        ...dense(width, 4 * width, 'output.dense'),
        ...norm('output.LayerNorm'),
      }),
      ['cls.predictions.bias', [vocabulary]],
      ...Object.entries(dense(width, width, 'cls.predictions.transform.dense')),
      ...Object.entries(norm('cls.predictions.transform.LayerNorm')),
    ]),
    tokenizer: () => wordPieces(vocabulary, context),
  };
}

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const characters = [...'abcdefghijklmnopqrstuvwxyz0123456789.,!?;:-'];

/** Special tokens, characters, then invented words; the second half of every third one also as an ending. */
function wordPieces(size: number, context: number) {
  const pieces = new Set([...special, ...characters, ...characters.map((character) => `##${character}`)]);
  let count = 0;
  for (const word of words()) {
    if (pieces.size < size) pieces.add(word);
    if (count++ % 3 === 0 && pieces.size < size) pieces.add(`##${word.slice(word.length / 2)}`);
    if (pieces.size >= size) break;
  }
  const vocabulary = Object.fromEntries([...pieces].slice(0, size).map((piece, id) => [piece, id]));
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const around = (item: string) => ({ SpecialToken: { id: item, type_id: 0 } });
  const text = (id: 'A' | 'B', type_id: number) => ({ Sequence: { id, type_id } });
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: special.map((content, id) => ({ id, content, ...flags })),
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: true,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: {
        type: 'TemplateProcessing',
        single: [around('[CLS]'), text('A', 0), around('[SEP]')],
        pair: [
          around('[CLS]'),
          text('A', 0),
          around('[SEP]'),
          text('B', 1),
          { SpecialToken: { id: '[SEP]', type_id: 1 } },
        ],
        special_tokens: Object.fromEntries(
          ['[CLS]', '[SEP]'].map((token) => [
            token,
            { id: token, ids: [vocabulary[token]], tokens: [token] },
          ]),
        ),
      },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: vocabulary,
      },
    },
    config: {
      cls_token: '[CLS]',
      do_lower_case: true,
      mask_token: '[MASK]',
      model_max_length: context,
      pad_token: '[PAD]',
      sep_token: '[SEP]',
      tokenizer_class: 'BertTokenizer',
      unk_token: '[UNK]',
    },
  };
}
