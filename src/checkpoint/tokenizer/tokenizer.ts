import { PellucidError } from '../../errors.js';
import type { Token } from '../../tensor/index.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { type Chat, type ChatMessage, type ChatOptions, renderChat } from './chat.js';
import { type ChatTemplates, readChatTemplates } from './chat-templates.js';
import { makeDecoder } from './decoder.js';
import { describeTokenizer } from './describe-tokenizer.js';
import { type EncodedPiece, makeEncoder } from './encoder.js';
import { type Entry, readableTexts, spellingOf } from './readable-text.js';
import type { SpecialName } from './special-tokens.js';
import type { TemplateItem } from './template.js';
import type { TokenizerDescription } from './tokenizer-description.js';
import { trimmedOffsets } from './trimmed-offsets.js';

export interface EncodeOptions {
  /** A second text, for models that take pairs; an empty one is none, as in Python. */
  readonly pair?: string;
  /** Whether the tokens that the model wants around a text (`[CLS]`, `[SEP]`) are added; true by default. */
  readonly addSpecialTokens?: boolean;
  /** Whether it is a text of the target language, where that is cut otherwise (Marian); false by default. */
  readonly target?: boolean;
}

/** Turns texts into a checkpoint's tokens, with the ids that Python's `AutoTokenizer` gives, and back. */
export interface Tokenizer {
  /** The largest id + 1, added tokens included: the least number of rows that an embedding for it has. */
  readonly vocabularySize: number;
  /**
   * The most UTF-16 units of a text that a token stands for: no text has fewer tokens than its length divided by this.
   * Infinity where nothing can be said without reading the text.
   */
  readonly longestPiece: number;
  /** The ids that play a special part, where the checkpoint names one. */
  readonly specialIds: Readonly<Partial<Record<SpecialName, number>>>;
  /** The model's `token_type_ids` for tokens of the first text and of the second: `segmentTypes[token.segment]`. */
  readonly segmentTypes: readonly [first: number, second: number];
  /** The tokens of a text; an empty text has only those that are added around it. */
  encode(text: string, options?: EncodeOptions): Token[];
  /**
   * Tokens for ids as they are: readable texts, no offsets, nothing added. An id without an entry is written `#30001`,
   * for a model's table may be longer than its vocabulary.
   * @throws PellucidError `bad-input` for what is no whole number from 0.
   */
  fromIds(ids: readonly number[]): Token[];
  /**
   * The text that ids stand for, special tokens included; ids without an entry stand for nothing, as in Python.
   * @throws PellucidError `bad-input` for what is no whole number from 0.
   */
  decode(ids: readonly number[]): string;
  /**
   * A conversation as the model reads it, by the checkpoint's chat template.
   * @throws PellucidError `unsupported` for a checkpoint without one, `bad-input` when it refuses the messages.
   */
  chat(messages: readonly ChatMessage[], options?: ChatOptions): Chat;
  /** The id of a vocabulary entry, written as it stands there (`Ġworld`, `##ing`). */
  tokenId(piece: string): number | undefined;
  /**
   * What a person reads at one vocabulary entry, standing alone: ` world`; `#30001` for an id without an entry.
   * @throws PellucidError `bad-input` for what is no whole number from 0.
   */
  readable(id: number): string;
}

/**
 * The tokenizer of a checkpoint.
 * @param modelType `model_type` of config.json: decides where the tokenizer's files do not say whose they are
 * @throws PellucidError `not-found` when the checkpoint has none, `bad-checkpoint` when a file of it is malformed,
 * `unsupported` when it uses what Pellucid does not do.
 */
export async function loadTokenizer(files: CheckpointFiles, modelType: string): Promise<Tokenizer> {
  const description = await describeTokenizer(files, modelType);
  const templates = await readChatTemplates(files);
  try {
    return makeTokenizer(description, templates, files.id);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new PellucidError('bad-checkpoint', `tokenizer.json of ${files.id} is nested too deeply`, {
      cause,
    });
  }
}

/** A tokenizer from its checked description, and the chat templates beside it. */
function makeTokenizer(description: TokenizerDescription, templates: ChatTemplates, id: string): Tokenizer {
  const { template, addedTokens, named } = description;
  const encoder = makeEncoder(description);
  const targetEncoder = description.target && makeEncoder({ ...description, ...description.target });
  const decodePieces = makeDecoder(description.decoder);
  const spelling = spellingOf(description);
  const { vocabulary } = description.model;
  const addedIds = new Map(addedTokens.map(({ content, id }) => [content, id]));
  const idOfPiece = (piece: string): number | undefined => addedIds.get(piece) ?? vocabulary.get(piece);
  const addedById = new Map(addedTokens.map((token) => [token.id, token]));
  const pieceOfId: string[] = [];
  for (const [piece, id] of vocabulary) if (!addedIds.has(piece)) pieceOfId[id] = piece;
  for (const { content, id } of addedTokens) pieceOfId[id] = content;
  // As in the Rust library, which writes an added token as it looks for it.
  const writtenById = new Map(addedTokens.map((token) => [token.id, encoder.written(token)]));

  const entryOf = (id: number): Entry => {
    checkId(id);
    const piece = pieceOfId[id];
    return piece === undefined ? { piece: `#${id}`, added: true } : { piece, added: addedById.has(id) };
  };
  const pieceOf = (id: number): string => entryOf(id).piece;
  const withTexts = (bare: readonly BareToken[]): Token[] => {
    const entries = bare.map(({ id }) => entryOf(id));
    const texts = readableTexts(entries, spelling);
    return bare.map(({ id, offsets, segment, inserted }, index) => ({
      id,
      piece: entries[index]!.piece,
      text: texts[index]!,
      offsets,
      segment,
      special: inserted || addedById.get(id)?.special === true,
    }));
  };
  const encodeText = (text: string, target: boolean): EncodedPiece[] => {
    const pieces = ((target && targetEncoder) || encoder).encode(text);
    return template.trimsOffsets ? trimmedOffsets(pieces, pieceOf, template.addsPrefixSpace) : pieces;
  };
  const vocabularySize = pieceOfId.length;
  for (const item of [...template.single, ...template.pair]) {
    const stray = 'ids' in item ? item.ids.find((id) => pieceOfId[id] === undefined) : undefined;
    if (stray === undefined) continue;
    throw new PellucidError(
      'bad-checkpoint',
      `the post_processor in tokenizer.json adds the token ${stray}, which is not in the vocabulary`,
    );
  }
  const segmentTypes = segmentTypesOf(template.pair);
  const specialIds: Partial<Record<SpecialName, number>> = {};
  for (const [name, content] of named) {
    const id = idOfPiece(content);
    if (id !== undefined) specialIds[name] = id;
  }

  const specials = Object.fromEntries([...named].map(([name, content]) => [`${name}_token`, content]));
  const encode: Tokenizer['encode'] = (text, { pair = '', addSpecialTokens = true, target = false } = {}) => {
    const items = pair === '' ? template.single : template.pair;
    const texts = [encodeText(text, target), encodeText(pair, target)] as const;
    const tokens: BareToken[] = [];
    let segment: 0 | 1 = 0;
    for (const item of items) {
      if ('text' in item) segment = item.text;
      else if (segmentTypes[0] !== segmentTypes[1]) segment = item.typeId === segmentTypes[1] ? 1 : 0;
      if ('text' in item) {
        for (const piece of texts[segment]) tokens.push({ ...piece, segment, inserted: false });
      } else if (addSpecialTokens) {
        for (const id of item.ids) tokens.push({ id, offsets: null, segment, inserted: true });
      }
    }
    return withTexts(tokens);
  };

  return {
    vocabularySize,
    get longestPiece() {
      return encoder.longestPiece;
    },
    specialIds,
    segmentTypes,
    encode,
    chat(messages, options = {}) {
      const rendered = renderChat(messages, options, { id, templates, specials });
      return { ...rendered, tokens: encode(rendered.text, { addSpecialTokens: false }) };
    },
    fromIds(ids) {
      return withTexts(ids.map((id) => ({ id, offsets: null, segment: 0, inserted: false })));
    },
    decode(ids) {
      for (const id of ids) checkId(id);
      return decodePieces(ids.flatMap((id) => writtenById.get(id) ?? pieceOfId[id] ?? []));
    },
    tokenId(piece) {
      return idOfPiece(piece);
    },
    readable(id) {
      return readableTexts([entryOf(id)], spelling)[0]!;
    },
  };
}

function checkId(id: number): void {
  if (Number.isSafeInteger(id) && id >= 0) return;
  throw new PellucidError('bad-input', `token id ${id} is not a whole number from 0`);
}

/** A token that has its place and not yet its text. */
interface BareToken extends Pick<Token, 'id' | 'offsets' | 'segment'> {
  /** Put there by the template, not found in the text. */
  readonly inserted: boolean;
}

function segmentTypesOf(pair: readonly TemplateItem[]): readonly [number, number] {
  const typeOf = (which: 0 | 1): number =>
    pair.find((item) => 'text' in item && item.text === which)?.typeId ?? 0;
  return [typeOf(0), typeOf(1)];
}
