import stringWidth from 'string-width';
import { graphemesOf } from './text-width.js';

/** A text cut to a number of terminal columns, with an ellipsis where something was cut. */
export function cutToColumns(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const grapheme of graphemesOf(text)) {
    if (stringWidth(kept + grapheme) > width - 1) break;
    kept += grapheme;
  }
  return `${kept}…`;
}

/** A text filled up with spaces to a number of terminal columns. */
export function padToColumns(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
