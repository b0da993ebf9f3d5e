import { PellucidError } from '../../errors.js';
import { type AlignedText, characterLength, type Edit } from './aligned-text.js';
import { CharactersMap } from './precompiled.js';

/** How SentencePiece prepares a text. */
export interface SentencePieceText {
  /** The compiled normaliser; empty where there is none. */
  readonly charactersMap: Uint8Array;
  readonly addsDummyPrefix: boolean;
  readonly removesExtraSpaces: boolean;
}

const mark = '▁';

const refusal = (expected: string) =>
  new PellucidError('bad-checkpoint', `the normaliser in a SentencePiece model must be ${expected}`);

/**
 * The normalisation of the SentencePiece library itself (normalizer.cc): at each place the *longest* sequence that the
 * map has is replaced, then spaces are gathered and marked. The Rust library's `Precompiled` does otherwise.
 */
export function sentencePieceText(settings: SentencePieceText): (text: AlignedText) => AlignedText {
  const { charactersMap, addsDummyPrefix, removesExtraSpaces } = settings;
  const map = charactersMap.length > 0 ? new CharactersMap(charactersMap, refusal) : undefined;
  return (text) => {
    let done = map ? text.replaced(longestEdits(text.text, map)) : text;
    if (removesExtraSpaces) {
      done = trimmed(done, ' ', true);
      done = done.replaced(runsOfSpaces(done.text));
    }
    if (done.length === 0) return done;
    if (addsDummyPrefix) done = done.prepended(mark);
    done = done.mapped((character) => (character === ' ' ? mark : character));
    return removesExtraSpaces ? trimmed(done, mark, false) : done;
  };
}

function trimmed(text: AlignedText, space: string, left: boolean): AlignedText {
  let [from, to] = [0, text.length];
  while (left && from < to && text.text[from] === space) from++;
  while (to > from && text.text[to - 1] === space) to--;
  return text.slice(from, to);
}

function* runsOfSpaces(text: string): Iterable<Edit> {
  for (const { index, 0: found } of text.matchAll(/ {2,}/g))
    yield { from: index, to: index + found.length, by: ' ' };
}

function* longestEdits(text: string, map: CharactersMap): Iterable<Edit> {
  for (let at = 0; at < text.length; ) {
    const found = map.longest(text, at);
    if (found) yield { from: at, to: found.to, by: found.by };
    at = found ? found.to : at + characterLength(text, at);
  }
}
