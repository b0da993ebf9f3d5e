import type { AddedToken } from './added-tokens.js';
import { characterOfByte } from './byte-alphabet.js';
import { type Component, isRecord, listOf } from './component.js';
import type { ModelDescription } from './model-description.js';
import type { TokenizerDescription } from './tokenizer-description.js';

/**
 * The most UTF-16 units of a text for which one token can stand, on the average of any text: no text gives fewer tokens
 * than its length divided by this. Infinity where there is no such bound, because parts of a text can leave no token
 * (WordPiece drops white space) or a run of any length can become one (unknown characters that fuse).
 * @param normalized length of an added token's content after normalisation
 */
export function longestPieceOf(
  { model, normalizer, preTokenizer, addedTokens }: TokenizerDescription,
  normalized: (token: AddedToken) => number,
): number {
  // These take along as much white space as there is.
  if (addedTokens.some((token) => token.leftStrip || token.rightStrip)) return Number.POSITIVE_INFINITY;
  if (!keepsAll(preTokenizer)) return Number.POSITIVE_INFINITY;
  const writesBytes = endsInByteLevel(preTokenizer);
  let ofNormalized = longestCut(model, writesBytes);
  let ofText = 0;
  for (const token of addedTokens) {
    if (token.normalized) ofNormalized = Math.max(ofNormalized, normalized(token));
    else ofText = Math.max(ofText, token.content.length);
  }
  return Math.max(ofText, ofNormalized * shrinkingOf(normalizer));
}

/** How many times as long as the normalised text the user's can be at most. */
function shrinkingOf(component: Component | null): number {
  switch (component?.type) {
    case undefined:
    case 'Prepend':
    case 'ByteLevel':
      return 1;
    case 'Sequence':
      return listOf(component!, 'normalizers').reduce((product, step) => product * shrinkingOf(step), 1);
    case 'Lowercase':
      return 2; // A character of two units becomes at least one.
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      // A character of two units decomposes to at least one, and decomposing makes a composed text at most four times as
      // long (https://www.unicode.org/faq/normalization.html).
      return 8;
    case 'Replace': {
      const { pattern, content } = component!;
      if (!isRecord(pattern) || typeof pattern.String !== 'string') break;
      if (typeof content !== 'string' || content === '') break;
      return Math.max(1, pattern.String.length / content.length);
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** Whether all of a text is in the words that a pre-tokenizer makes of it. */
function keepsAll(component: Component | null): boolean {
  switch (component?.type) {
    case undefined:
    case 'ByteLevel':
    case 'Digits':
      return true;
    case 'Metaspace':
      return component?.replacement !== '';
    case 'Split':
    case 'Punctuation':
      return String(component?.behavior).toLowerCase() !== 'removed';
    case 'Sequence':
      return listOf(component!, 'pretokenizers').every(keepsAll);
    default:
      return false;
  }
}

function endsInByteLevel(component: Component | null): boolean {
  if (component?.type !== 'Sequence') return component?.type === 'ByteLevel';
  return endsInByteLevel(listOf(component, 'pretokenizers').at(-1) ?? null);
}

/** The most units of a word that one token takes. */
function longestCut(model: ModelDescription, writesBytes: boolean): number {
  if (model.type !== 'BPE' || model.endOfWordSuffix !== undefined) return Number.POSITIVE_INFINITY;
  const { vocabulary, unknownId } = model;
  let longest = 2; // A character that is no entry.
  const unknownPieces = new Set<string>();
  for (const [piece, id] of vocabulary) {
    longest = Math.max(longest, piece.length);
    if (id === unknownId) unknownPieces.add(piece);
  }
  let findsUnknown = [...unknownPieces].some((piece) => [...piece].length < 2);
  let mergesToEntries = true;
  for (const [first, second] of model.merges) {
    const merged = first + second;
    longest = Math.max(longest, merged.length);
    mergesToEntries &&= vocabulary.has(merged);
    findsUnknown ||= unknownPieces.has(merged);
  }
  const knowsBytes = characterOfByte.every((character) => vocabulary.has(character));
  const knowsAll = model.bytePieces !== undefined || (writesBytes && knowsBytes && mergesToEntries);
  if (knowsAll && !(findsUnknown && model.fusesUnknown)) return longest;
  return unknownId !== undefined && !model.fusesUnknown ? longest : Number.POSITIVE_INFINITY;
}
