import { characterLength } from './aligned-text.js';
import { Unigram } from './library.js';
import type { SentencePieceModel } from './sentencepiece-model.js';

/** A stretch of a prepared text that is one piece, or none of the vocabulary's. */
export interface CutPiece {
  readonly text: string;
  readonly known: boolean;
}

/**
 * Cuts a prepared text as the SentencePiece library does: the best path of a Unigram model, or merges in the order of
 * the scores of what they make. A run of unknown characters is one stretch.
 */
export function sentencePieceCut(model: SentencePieceModel): (text: string) => CutPiece[] {
  const scores = new Map(
    model.pieces.flatMap(({ piece, score, kind }) => (kind === 'normal' ? [[piece, score] as const] : [])),
  );
  const cut = model.algorithm === 'Unigram' ? unigram(scores) : merging(scores);
  return (text) => {
    const pieces: CutPiece[] = [];
    for (const part of cut(text)) {
      const known = scores.has(part);
      const last = pieces.at(-1);
      if (last && !known && !last.known) pieces[pieces.length - 1] = { text: last.text + part, known };
      else pieces.push({ text: part, known });
    }
    return pieces;
  };
}

function unigram(scores: ReadonlyMap<string, number>): (text: string) => string[] {
  // The library asks for an entry that is unknown; none of a text is written so.
  const vocab = [['\0', 0] as const, ...scores];
  const library = new Unigram({ type: 'Unigram', vocab, unk_id: 0 }, '');
  return (text) => library.tokenize(text);
}

/** Pieces do not reach over a mark of a space where none has one inside, so that words are cut one by one. */
function merging(scores: ReadonlyMap<string, number>): (text: string) => string[] {
  const within = [...scores.keys()].some((piece) => piece.includes('▁', 1));
  return (text) =>
    (within ? [text] : (text.match(/▁*[^▁]*/gu) ?? [])).flatMap((word) => merged(word, scores));
}

function merged(word: string, scores: ReadonlyMap<string, number>): string[] {
  const parts: string[] = [];
  for (let at = 0; at < word.length; at += parts.at(-1)!.length)
    parts.push(word.slice(at, at + characterLength(word, at)));
  const scoreAt = (i: number) => scores.get(parts[i]! + parts[i + 1]!) ?? Number.NEGATIVE_INFINITY;
  const joined = parts.slice(1).map((_, i) => scoreAt(i));
  for (;;) {
    let best = 0;
    for (let i = 1; i < joined.length; i++) if (joined[i]! > joined[best]!) best = i;
    if (!(joined[best]! > Number.NEGATIVE_INFINITY)) return parts;
    parts.splice(best, 2, parts[best]! + parts[best + 1]!);
    joined.splice(best, 1);
    if (best > 0) joined[best - 1] = scoreAt(best - 1);
    if (best < joined.length) joined[best] = scoreAt(best);
  }
}
