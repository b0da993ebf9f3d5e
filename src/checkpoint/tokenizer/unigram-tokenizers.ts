import { PellucidError } from '../../errors.js';
import type { Component } from './component.js';
import { describeModel } from './model-description.js';
import { readSentencePieceModel, type SentencePieceModel } from './sentencepiece-model.js';
import { declareTokens, withIds } from './special-tokens.js';
import { plainTemplate, type Template, type TemplateItem } from './template.js';
import type { TokenizerClass } from './tokenizer-description.js';
import { readTokenizerBytes, type TokenizerFile } from './tokenizer-files.js';
import { scoresOf, type UnigramFamily, unigramFamilies } from './unigram-families.js';

const modelFiles: readonly TokenizerFile[] = ['spiece.model', 'sentencepiece.bpe.model', 'spm.model'];

/**
 * The classes that build a fast tokenizer from a SentencePiece Unigram model where there is no `tokenizer.json`: what
 * they make cuts by the rules of the Rust library, not by those of SentencePiece.
 */
export const unigramTokenizers: Readonly<Record<string, TokenizerClass>> = Object.fromEntries(
  Object.entries(unigramFamilies).map(([name, family]) => [name, classOf(name, family)]),
);

function classOf(name: string, family: UnigramFamily): TokenizerClass {
  return async ({ files, tokenizer, config, declarations }) => {
    if (tokenizer) return undefined;
    const file = modelFiles.find((each) => files.names.includes(each));
    const bytes = file && (await readTokenizerBytes(files, file));
    if (!file || !bytes) return undefined;
    const own = readSentencePieceModel(bytes, file);
    if (own.algorithm !== 'Unigram') {
      throw new PellucidError(
        'unsupported',
        `${file} of ${files.id} is a BPE model, and a ${name} has a Unigram one`,
      );
    }
    const { defaults, mask } = family;
    const settings = {
      ...config,
      ...(mask && typeof (config.mask_token ?? '') === 'string'
        ? { mask_token: { content: config.mask_token ?? defaults.mask, special: true, ...mask } }
        : {}),
      extra_special_tokens: [
        ...specialPieces(own),
        ...(family.further?.(config) ?? []),
        ...listedTokensOf(config),
      ],
    };
    const { tokens, named } = declareTokens({ ...declarations, config: settings, defaults });
    const scores = family.entries?.(scoresOf(own), config) ?? scoresOf(own);
    const unknown = named.get('unk');
    const unk_id =
      family.unknownId === 'by name' ? scores.findIndex(([piece]) => piece === unknown) : family.unknownId;
    const model = describeModel({ type: 'Unigram', vocab: scores, unk_id }, file);
    const addedTokens = withIds(tokens, model.vocabulary);
    const idOf = (piece: string): number => {
      const id = addedTokens.find(({ content }) => content === piece)?.id ?? model.vocabulary.get(piece);
      if (id !== undefined) return id;
      throw new PellucidError(
        'bad-checkpoint',
        `${file} of ${files.id} has no ${JSON.stringify(piece)}, which a ${name} needs`,
      );
    };
    const preTokenizer = family.preTokenizer(config);
    return {
      model,
      normalizer: family.normalizer(charactersMapOf(own), config),
      preTokenizer,
      decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: schemeOf(preTokenizer) },
      template: templateOf(family.template(config), idOf),
      addedTokens,
      named,
    };
  };
}

/** Pieces that are no text: they are found as a whole, wherever they are written. */
export function specialPieces({ pieces }: SentencePieceModel): object[] {
  return pieces.flatMap(({ piece, kind }) =>
    kind === 'control' || kind === 'user-defined'
      ? [{ content: piece, normalized: false, special: kind === 'control' }]
      : [],
  );
}

/** Further special tokens that the settings list. */
export function listedTokensOf({
  extra_special_tokens,
  additional_special_tokens,
}: Readonly<Record<string, unknown>>): unknown[] {
  const list = extra_special_tokens ?? additional_special_tokens;
  return Array.isArray(list) ? list : [];
}

function charactersMapOf({ charactersMap }: SentencePieceModel): Component | undefined {
  if (charactersMap.length === 0) return undefined;
  let binary = '';
  for (const byte of charactersMap) binary += String.fromCharCode(byte);
  return { type: 'Precompiled', precompiled_charsmap: btoa(binary) };
}

function schemeOf(component: Component): unknown {
  if (component.type !== 'Sequence') return component.prepend_scheme;
  return (component.pretokenizers as Component[]).at(-1)?.prepend_scheme;
}

function templateOf([single, pair]: readonly [string, string], idOf: (piece: string) => number): Template {
  const items = (text: string) =>
    text.split(' ').map((item): TemplateItem => {
      const typeId = item.endsWith(':1') ? 1 : 0;
      const name = typeId ? item.slice(0, -2) : item;
      if (name === 'A' || name === 'B') return { text: name === 'A' ? 0 : 1, typeId };
      return { ids: [idOf(name)], typeId };
    });
  return { ...plainTemplate, single: items(single), pair: items(pair) };
}
