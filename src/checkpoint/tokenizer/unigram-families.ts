import type { Component } from './component.js';
import { fairseqLanguages, mbart50Languages } from './language-codes.js';
import type { SentencePieceModel } from './sentencepiece-model.js';
import type { SpecialName } from './special-tokens.js';

type Scores = readonly (readonly [piece: string, score: number])[];
type Config = Readonly<Record<string, unknown>>;

/** How a class of transformers 5 builds its tokenizer from a SentencePiece Unigram model (`tokenization_….py`). */
export interface UnigramFamily {
  readonly defaults: Readonly<Partial<Record<SpecialName, string>>>;
  /** Entries in the order of their ids, from those of the model. */
  readonly entries?: (own: Scores, config: Config) => Scores;
  readonly unknownId: number | 'by name';
  readonly normalizer: (charactersMap: Component | undefined, config: Config) => Component | null;
  readonly preTokenizer: (config: Config) => Component;
  /** Special tokens beside those that play a part. */
  readonly further?: (config: Config) => readonly string[];
  /** Whether the mask takes the space before it along, and how it is looked for. */
  readonly mask?: { readonly lstrip: true; readonly normalized: boolean };
  /** What stands around one text, and around two; `A` and `B` are the texts, `:1` marks the second segment. */
  readonly template: (config: Config) => readonly [single: string, pair: string];
}

const sequence = (normalizers: readonly Component[]): Component => ({ type: 'Sequence', normalizers });
const replaced = (pattern: object, content: string): Component => ({ type: 'Replace', pattern, content });
const oneSpace = replaced({ Regex: ' {2,}' }, ' ');
const marked = (scheme: string): Component => ({
  type: 'Metaspace',
  replacement: '▁',
  prepend_scheme: scheme,
});
const words = (scheme: string): Component => ({
  type: 'Sequence',
  pretokenizers: [{ type: 'WhitespaceSplit' }, marked(scheme)],
});
const always = () => words('always');
const prefixed = ({ add_prefix_space: added }: Config) => words(added === false ? 'never' : 'always');
const text = (value: unknown, fallback: string) => (typeof value === 'string' ? value : fallback);
const count = (value: unknown, fallback: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 10_000 ? value : fallback;
const fairseq = {
  bos: '<s>',
  eos: '</s>',
  sep: '</s>',
  cls: '<s>',
  unk: '<unk>',
  pad: '<pad>',
  mask: '<mask>',
};
const fairseqEntries = (own: Scores, last: readonly string[]): Scores => [
  ...['<s>', '<pad>', '</s>', '<unk>'].map((piece) => [piece, 0] as const),
  ...own.slice(3),
  ...[...last, '<mask>'].map((piece) => [piece, 0] as const),
];
const robertaTemplate = () => ['<s> A </s>', '<s> A </s> </s> B </s>'] as const;
const bertTemplate = () => ['[CLS] A [SEP]', '[CLS] A [SEP] B:1 [SEP]:1'] as const;

const albert: UnigramFamily = {
  defaults: {
    bos: '[CLS]',
    eos: '[SEP]',
    unk: '<unk>',
    sep: '[SEP]',
    pad: '<pad>',
    cls: '[CLS]',
    mask: '[MASK]',
  },
  unknownId: 1,
  normalizer: (map, config) =>
    sequence([
      replaced({ String: '``' }, '"'),
      replaced({ String: "''" }, '"'),
      ...(config.keep_accents === true ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }]),
      ...(config.do_lower_case === false ? [] : [{ type: 'Lowercase' }]),
      ...(map ? [map] : []),
    ]),
  preTokenizer: prefixed,
  template: bertTemplate,
};

const camembert: UnigramFamily = {
  defaults: fairseq,
  entries: (own) => [
    ...['<s>NOTUSED', '<pad>', '</s>NOTUSED', '<unk>'].map((piece) => [piece, 0] as const),
    ['<unk>NOTUSED', -100],
    ...own.slice(1),
    ['<mask>', 0],
  ],
  unknownId: 3,
  normalizer: (map) => map ?? null,
  preTokenizer: prefixed,
  mask: { lstrip: true, normalized: false },
  template: robertaTemplate,
};

const debertaV2: UnigramFamily = {
  defaults: {
    bos: '[CLS]',
    eos: '[SEP]',
    unk: '[UNK]',
    sep: '[SEP]',
    pad: '[PAD]',
    cls: '[CLS]',
    mask: '[MASK]',
  },
  unknownId: 'by name',
  // The model's own normaliser is not used here.
  normalizer: (_, config) =>
    sequence([
      ...(config.do_lower_case === true ? [{ type: 'Lowercase' }] : []),
      replaced({ Regex: '\\s{2,}|[\\n\\r\\t]' }, ' '),
      { type: 'NFC' },
      { type: 'Strip', strip_left: false, strip_right: true },
    ]),
  preTokenizer: (config) => ({
    type: 'Sequence',
    pretokenizers: [
      ...(config.split_by_punct === true ? [{ type: 'Punctuation', behavior: 'Isolated' }] : []),
      marked(config.add_prefix_space === false ? 'first' : 'always'),
    ],
  }),
  template: bertTemplate,
};

const mbart: UnigramFamily = {
  defaults: fairseq,
  entries: (own) => fairseqEntries(own, fairseqLanguages),
  unknownId: 3,
  normalizer: () => null,
  preTokenizer: always,
  further: () => fairseqLanguages,
  mask: { lstrip: true, normalized: true },
  template: ({ src_lang }) => {
    const end = `</s> ${text(src_lang, 'en_XX')}`;
    return [`A ${end}`, `A B ${end}`];
  },
};

const mbart50: UnigramFamily = {
  ...mbart,
  entries: (own) => fairseqEntries(own, mbart50Languages),
  normalizer: (map) => sequence([...(map ? [map] : []), oneSpace]),
  preTokenizer: () => marked('always'),
  further: () => mbart50Languages,
  template: ({ src_lang }) => {
    const begin = text(src_lang, 'en_XX');
    return [`${begin} A </s>`, `${begin} A B </s>`];
  },
};

const pegasus: UnigramFamily = {
  defaults: { eos: '</s>', unk: '<unk>', pad: '<pad>', mask: '<mask_2>' },
  entries: (own, config) => [
    ['<pad>', 0],
    ['</s>', 0],
    ['<mask_1>', 0],
    ['<mask_2>', 0],
    ...furtherUnknown(config).map((piece) => [piece, -100] as const),
    ...own.slice(2),
  ],
  unknownId: 'by name',
  normalizer: (map) => sequence([map ?? replaced({ Regex: '\\n' }, ' '), oneSpace]),
  preTokenizer: () => marked('always'),
  further: (config) => ['<mask_1>', ...furtherUnknown(config)],
  template: () => ['A </s>', 'A B </s>'],
};

function furtherUnknown({ offset }: Config): string[] {
  return Array.from({ length: Math.max(0, count(offset, 103) - 2) }, (_, i) => `<unk_${i + 2}>`);
}

const t5: UnigramFamily = {
  defaults: { eos: '</s>', unk: '<unk>', pad: '<pad>' },
  entries: (own, config) => [
    ...own,
    ...extraIds(config)
      .reverse()
      .map((piece) => [piece, 0] as const),
  ],
  unknownId: 2,
  normalizer: (map) => map ?? null,
  preTokenizer: always,
  further: extraIds,
  template: () => ['A </s>', 'A </s> B </s>'],
};

function extraIds({ extra_ids }: Config): string[] {
  return Array.from({ length: count(extra_ids, 100) }, (_, i) => `<extra_id_${i}>`);
}

const xlmRoberta: UnigramFamily = {
  defaults: fairseq,
  entries: (own) => fairseqEntries(own, []),
  unknownId: 3,
  normalizer: (map) => map ?? null,
  preTokenizer: prefixed,
  template: robertaTemplate,
};

/** By the name of the class. */
export const unigramFamilies: Readonly<Record<string, UnigramFamily>> = {
  AlbertTokenizer: albert,
  CamembertTokenizer: camembert,
  DebertaV2Tokenizer: debertaV2,
  MBart50Tokenizer: mbart50,
  MBartTokenizer: mbart,
  MT5Tokenizer: t5,
  PegasusTokenizer: pegasus,
  T5Tokenizer: t5,
  XLMRobertaTokenizer: xlmRoberta,
};

export function scoresOf(model: SentencePieceModel): Scores {
  return model.pieces.map(({ piece, score }) => [piece, score] as const);
}
