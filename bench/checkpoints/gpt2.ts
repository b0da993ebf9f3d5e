import { characterOfByte } from '../../src/checkpoint/tokenizer/byte-alphabet.js';
import { perLayer, type Recipe } from './recipe.js';
import { words } from './words.js';

export interface Gpt2Size {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly vocabulary: number;
  readonly context: number;
}

/** The shape of the published GPT-2 small: 124 million parameters, 498 MB. */
export const gpt2Small: Gpt2Size = { layers: 12, width: 768, heads: 12, vocabulary: 50_257, context: 1024 };

/** Small, with places for long texts: 5 MB of blocks, 4 MB of places. */
export const longGpt2: Gpt2Size = { layers: 4, width: 256, heads: 8, vocabulary: 2000, context: 4096 };

/** A GPT-2 of a size, with random weights and a byte-level BPE of invented words. */
export function gpt2Recipe(name: string, size: Gpt2Size): Recipe {
  const { layers, width, heads, vocabulary, context } = size;
  return {
    name,
    config: {
      activation_function: 'gelu_new',
      architectures: ['GPT2LMHeadModel'],
      bos_token_id: vocabulary - 1,
      eos_token_id: vocabulary - 1,
      layer_norm_epsilon: 1e-5,
      model_type: 'gpt2',
      n_embd: width,
      n_head: heads,
      n_layer: layers,
      n_positions: context,
      tie_word_embeddings: true,
      vocab_size: vocabulary,
    },
    weights: new Map<string, readonly number[]>([
      ['transformer.wte.weight', [vocabulary, width]],
      ['transformer.wpe.weight', [context, width]],
      ...perLayer(layers, (layer) => `transformer.h.${layer}`, {
        'ln_1.weight': [width],
        'ln_1.bias': [width],
        'attn.c_attn.weight': [width, 3 * width],
        'attn.c_attn.bias': [3 * width],
        'attn.c_proj.weight': [width, width],
        'attn.c_proj.bias': [width],
        'ln_2.weight': [width],
        'ln_2.bias': [width],
        'mlp.c_fc.weight': [width, 4 * width],
        'mlp.c_fc.bias': [4 * width],
        'mlp.c_proj.weight': [4 * width, width],
        'mlp.c_proj.bias': [width],
      }),
      ['transformer.ln_f.weight', [width]],
      ['transformer.ln_f.bias', [width]],
    ]),
    tokenizer: () => bytePairs(vocabulary, context),
  };
}

const endOfText = '<|endoftext|>';

/** Merges that build one invented word after the other, letter by letter, until the vocabulary is full. */
function bytePairs(size: number, context: number) {
  const vocabulary: Record<string, number> = {};
  for (const [byte, character] of characterOfByte.entries()) vocabulary[character] = byte;
  const merges: string[] = [];
  const room = size - 1 - characterOfByte.length;
  for (const word of words()) {
    let built = 'Ġ';
    for (const letter of word) {
      if (!Object.hasOwn(vocabulary, built + letter) && merges.length < room) {
        merges.push(`${built} ${letter}`);
        vocabulary[built + letter] = characterOfByte.length + merges.length - 1;
      }
      built += letter;
    }
    if (merges.length === room) break;
  }
  vocabulary[endOfText] = size - 1;
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true };
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [{ id: size - 1, content: endOfText, ...flags }],
      normalizer: null,
      pre_tokenizer: byteLevel,
      post_processor: byteLevel,
      decoder: byteLevel,
      model: {
        type: 'BPE',
        unk_token: null,
        fuse_unk: false,
        byte_fallback: false,
        vocab: vocabulary,
        merges,
      },
    },
    config: {
      add_prefix_space: false,
      bos_token: endOfText,
      eos_token: endOfText,
      model_max_length: context,
      tokenizer_class: 'GPT2Tokenizer',
      unk_token: endOfText,
    },
  };
}
