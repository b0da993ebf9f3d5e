import { type FontWeight, graphemesOf, textWidth } from './text-width.js';

/** A text broken into lines of at most `width` pixels: at spaces, or within a word that is wider than a line. */
export function wrapText(text: string, width: number, size: number, weight: FontWeight = 400): string[] {
  const lines: string[] = [];
  const push = (piece: string, glue: string) => {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last + glue + piece, size, weight) <= width)
      lines[lines.length - 1] = last + glue + piece;
    else lines.push(piece);
  };
  for (const word of text.split(' ')) {
    if (textWidth(word, size, weight) <= width) push(word, ' ');
    else for (const [i, grapheme] of graphemesOf(word).entries()) push(grapheme, i === 0 ? ' ' : '');
  }
  return lines;
}
