import { PellucidError } from '../../errors.js';
import type { Component } from './component.js';
import { describeModel } from './model-description.js';
import { readSentencePieceModel } from './sentencepiece-model.js';
import { declareTokens, withIds } from './special-tokens.js';
import { surroundingTemplate } from './template.js';
import type { TokenizerClass } from './tokenizer-description.js';
import { readTokenizerBytes } from './tokenizer-files.js';
import { listedTokensOf, specialPieces } from './unigram-tokenizers.js';

type Config = Readonly<Record<string, unknown>>;

/** How a class of transformers 5 builds its tokenizer from a SentencePiece BPE model (`tokenization_….py`). */
interface MergingFamily {
  readonly defaults: Readonly<Record<'unk' | 'bos' | 'eos', string>> & Readonly<Record<string, string>>;
  readonly namesUnknown: boolean;
  readonly normalizer: Component | null;
  readonly preTokenizer: (config: Config) => Component;
  readonly stripsSpace: (config: Config) => boolean;
}

const gemma: MergingFamily = {
  defaults: { unk: '<unk>', bos: '<bos>', eos: '<eos>', pad: '<pad>', mask: '<mask>' },
  namesUnknown: true,
  normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
  preTokenizer: () => ({
    type: 'Split',
    pattern: { String: ' ' },
    behavior: 'MergedWithPrevious',
    invert: false,
  }),
  stripsSpace: () => false,
};

const llama: MergingFamily = {
  defaults: { unk: '<unk>', bos: '<s>', eos: '</s>' },
  namesUnknown: false,
  normalizer: null,
  preTokenizer: (config) => ({
    type: 'Metaspace',
    replacement: '▁',
    prepend_scheme: schemeOf(config),
    split: false,
  }),
  stripsSpace: addsSpace,
};

function addsSpace({ add_prefix_space: added }: Config): boolean {
  return added !== false;
}

function schemeOf(config: Config): string {
  if (!addsSpace(config)) return 'never';
  return config.legacy === true ? 'always' : 'first';
}

/** The classes that build a fast tokenizer from `tokenizer.model` where there is no `tokenizer.json`. */
export const llamaTokenizers: Readonly<Record<string, TokenizerClass>> = {
  GemmaTokenizer: classOf('GemmaTokenizer', gemma),
  LlamaTokenizer: classOf('LlamaTokenizer', llama),
};

function classOf(name: string, family: MergingFamily): TokenizerClass {
  return async ({ files, tokenizer, config, declarations }) => {
    const file = 'tokenizer.model';
    const bytes = tokenizer ? undefined : await readTokenizerBytes(files, file);
    if (!bytes) return undefined;
    const own = readSentencePieceModel(bytes, file);
    if (own.algorithm !== 'BPE') {
      throw new PellucidError(
        'unsupported',
        `${file} of ${files.id} is a Unigram model, and a ${name} has a BPE one`,
      );
    }
    const vocab = new Map(own.pieces.map(({ piece }, id) => [piece, id]));
    const settings = { ...config, extra_special_tokens: [...specialPieces(own), ...listedTokensOf(config)] };
    const { tokens, named } = declareTokens({ ...declarations, config: settings, defaults: family.defaults });
    const model = describeModel(
      {
        type: 'BPE',
        vocab: Object.fromEntries(vocab),
        merges: mergesOf(vocab),
        fuse_unk: true,
        byte_fallback: true,
        ...(family.namesUnknown ? { unk_token: named.get('unk') } : {}),
      },
      file,
    );
    const addedTokens = withIds(tokens, model.vocabulary);
    const idOf = (part: 'bos' | 'eos', wanted: unknown): number | undefined =>
      wanted === true ? addedTokens.find(({ content }) => content === named.get(part))?.id : undefined;
    const written: Component[] = [
      { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      ...(family.stripsSpace(config) ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
    ];
    return {
      model,
      normalizer: family.normalizer,
      preTokenizer: family.preTokenizer(config),
      decoder: { type: 'Sequence', decoders: written },
      template: surroundingTemplate(idOf('bos', config.add_bos_token), idOf('eos', config.add_eos_token)),
      addedTokens,
      named,
    };
  };
}

/**
 * The merges that a vocabulary allows, those of the entries with the lowest ids first (`generate_merges` of transformers):
 * an entry can come of each cut of it into two others.
 */
function mergesOf(vocabulary: ReadonlyMap<string, number>): [string, string][] {
  const merges: { readonly pair: [string, string]; readonly order: readonly number[] }[] = [];
  for (const [piece, id] of vocabulary) {
    const characters = [...piece];
    for (let cut = 1; cut < characters.length; cut++) {
      const pair: [string, string] = [characters.slice(0, cut).join(''), characters.slice(cut).join('')];
      const [left, right] = pair.map((part) => vocabulary.get(part));
      if (left === undefined || right === undefined) continue;
      merges.push({ pair, order: [id, cut, characters.length - cut, left, right] });
    }
  }
  const compared = (a: readonly number[], b: readonly number[]) => {
    const place = a.findIndex((value, i) => value !== b[i]);
    return place < 0 ? 0 : a[place]! - b[place]!;
  };
  return merges.sort((a, b) => compared(a.order, b.order)).map(({ pair }) => pair);
}
