import { labelParts } from '../../figures/drawing/labels.js';
import type { Token } from '../../tensor/index.js';
import type { Screen } from './screen.js';

/** More tokens than these fill the screen without telling more. */
const mostTokens = 120;

/** A token or another label as people read it, with spaces visible but quiet, and nothing that could steer the terminal. */
export function labelFor(label: Token | string, { dim }: Screen): string {
  return labelParts(label)
    .map(({ text, quiet }) => (quiet ? dim(text) : text))
    .join('');
}

/** The tokens of an input, one after the other. */
export function tokenLine(tokens: readonly Token[], screen: Screen): string {
  const shown = tokens.slice(0, mostTokens).map((token) => labelFor(token, screen));
  const more = tokens.length - shown.length;
  const line = shown.join(screen.dim(' │ '));
  return more > 0 ? `${line}${screen.dim(` … and ${more} more`)}` : line;
}
