import { PellucidError } from '../../errors.js';
import type { AddedToken } from './added-tokens.js';
import { isRecord } from './component.js';

/** The parts that special tokens play, by their names in `tokenizer_config.json` without `_token`. */
export const specialNames = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'] as const;
export type SpecialName = (typeof specialNames)[number];

/** An added token whose id follows from the vocabulary. */
export type DeclaredToken = Omit<AddedToken, 'id'>;

/** What the files beside the vocabulary say about special and added tokens. */
export interface TokenDeclarations {
  /** In the order in which they are added. */
  readonly tokens: readonly DeclaredToken[];
  /** The string that plays each part. */
  readonly named: ReadonlyMap<SpecialName, string>;
}

/** The raw contents of those files. */
export interface DeclarationSources {
  /** `tokenizer_config.json` */
  readonly config: Readonly<Record<string, unknown>>;
  /** `special_tokens_map.json` */
  readonly specialTokensMap: Readonly<Record<string, unknown>> | undefined;
  /** `added_tokens.json` */
  readonly addedTokens: Readonly<Record<string, unknown>> | undefined;
  /** `added_tokens` of `tokenizer.json` */
  readonly listed: unknown;
  /** What the tokenizer's class has where the files say nothing. */
  readonly defaults: Partial<Record<SpecialName, string>>;
}

/**
 * Gathers special and added tokens as `PreTrainedTokenizerBase._from_pretrained` of transformers 5 does: the
 * `added_tokens_decoder` of tokenizer_config.json alone where there is one, else the older files.
 * @throws PellucidError `bad-checkpoint` when a declaration is malformed.
 */
export function declareTokens(sources: DeclarationSources): TokenDeclarations {
  const { config, specialTokensMap, addedTokens, listed, defaults } = sources;
  const hasDecoder = isRecord(config.added_tokens_decoder);
  const settings = hasDecoder ? config : { ...config, ...specialTokensMap };
  const byId = new Map<number, DeclaredToken>();
  const special = new Set(
    [...specialNames.map((name) => settings[`${name}_token`]), ...extraTokens(settings)].map(contentOf),
  );
  if (hasDecoder) {
    for (const [id, token] of Object.entries(config.added_tokens_decoder as Record<string, unknown>)) {
      byId.set(Number(id), declared(token, 'added_tokens_decoder in tokenizer_config.json'));
    }
  } else {
    for (const [content, id] of Object.entries(addedTokens ?? {})) {
      const isSpecial = special.has(content);
      byId.set(Number(id), { ...whole, content, special: isSpecial, normalized: !isSpecial });
    }
    for (const token of listOrNothing(listed)) {
      byId.set(addedTokenId(token), declared(token, 'added_tokens in tokenizer.json'));
    }
  }
  const tokens = new Map<string, DeclaredToken>();
  for (const [, token] of [...byId].sort(([a], [b]) => a - b)) tokens.set(token.content, token);
  const named = new Map<SpecialName, string>();
  const added = (value: unknown): void => {
    const token = declared(value, 'a special token in tokenizer_config.json or special_tokens_map.json');
    tokens.set(token.content, { ...(tokens.get(token.content) ?? token), special: true });
  };
  for (const name of specialNames) {
    const value = `${name}_token` in settings ? settings[`${name}_token`] : defaults[name];
    if (value === null || value === undefined) continue;
    added(value);
    named.set(name, contentOf(value) ?? '');
  }
  for (const value of extraTokens(settings)) added(value);
  return { tokens: [...tokens.values()], named };
}

/**
 * Gives added tokens their ids, as `AddedVocabulary` of the Rust library does: the vocabulary's own where it has the
 * entry, else the next one after everything there is.
 */
export function withIds(
  tokens: Iterable<DeclaredToken>,
  vocabulary: ReadonlyMap<string, number>,
  present: readonly AddedToken[] = [],
): AddedToken[] {
  const added = new Map(present.map((token) => [token.content, token]));
  let largest = present.reduce((most, { id }) => Math.max(most, id), -1);
  for (const token of tokens) {
    if (token.content === '') continue;
    const id =
      added.get(token.content)?.id ?? vocabulary.get(token.content) ?? Math.max(largest + 1, vocabulary.size);
    added.set(token.content, { ...token, id });
    largest = Math.max(largest, id);
  }
  return [...added.values()];
}

/**
 * The `added_tokens` of a `tokenizer.json`, with the ids that stand there.
 * @throws PellucidError `bad-checkpoint`
 */
export function listedTokens(listed: unknown): AddedToken[] {
  return listOrNothing(listed).map((token) => ({
    ...declared(token, 'added_tokens in tokenizer.json'),
    id: addedTokenId(token),
  }));
}

const whole = { singleWord: false, leftStrip: false, rightStrip: false } as const;

/** Far above every published one; looking for a token takes time in proportion to its length at every character. */
const longestAddedToken = 1000;

function declared(value: unknown, where: string): DeclaredToken {
  if (typeof value === 'string') {
    return declared({ content: value, special: true, normalized: false }, where);
  }
  if (!isRecord(value) || typeof value.content !== 'string') {
    throw new PellucidError('bad-checkpoint', `${where} is not a text or an object with a "content"`);
  }
  if (value.content.length > longestAddedToken) {
    throw new PellucidError('bad-checkpoint', `${where} has a token of ${value.content.length} characters`);
  }
  const special = value.special === true;
  return {
    content: value.content,
    special,
    singleWord: value.single_word === true,
    leftStrip: value.lstrip === true,
    rightStrip: value.rstrip === true,
    normalized: typeof value.normalized === 'boolean' ? value.normalized : !special,
  };
}

function addedTokenId(token: unknown): number {
  const id = isRecord(token) ? token.id : undefined;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 2 ** 24) {
    throw new PellucidError(
      'bad-checkpoint',
      'an entry of "added_tokens" in tokenizer.json has no valid "id"',
    );
  }
  return id;
}

function contentOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isRecord(value) && typeof value.content === 'string' ? value.content : undefined;
}

/** Special tokens without a part of their own: lists under either name, and further `…_token` settings. */
function extraTokens(settings: Readonly<Record<string, unknown>>): unknown[] {
  const lists = settings.extra_special_tokens ?? settings.additional_special_tokens;
  const listed = isRecord(lists) ? Object.values(lists) : listOrNothing(lists);
  const known = new Set<string>(specialNames.map((name) => `${name}_token`));
  const further = Object.entries(settings).filter(
    ([key, value]) => key.endsWith('_token') && !known.has(key) && contentOf(value) !== undefined,
  );
  return [...listed, ...further.map(([, value]) => value)];
}

function listOrNothing(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
