import type { Token } from '../../tensor/index.js';
import { graphemesOf, textWidth } from './text-width.js';

/** A piece of a label; quiet pieces stand for whitespace and other things that have no shape of their own. */
export interface LabelPart {
  readonly text: string;
  readonly quiet: boolean;
}

/** Whitespace and look-alikes, as they are shown. */
const visible: Readonly<Record<string, string>> = {
  ' ': '·',
  '\n': '↵',
  '\r': '␍',
  '\t': '⇥',
  '\u00a0': '⍽',
  '\u3000': '□',
};

/** Invisible characters that could hide or reorder what stands beside them. */
const hidden = /^(?:[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}\p{Co}\p{Cn}\p{Cs}]|\p{Variation_Selector})$/u;
const mark = /^\p{Mark}/u;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** Puts a sign for whitespace on the right of right-to-left letters, where their reading starts. */
const rightToLeftMark = '\u200f';

function codePointName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * How a token is shown: leading and trailing spaces as quiet dots, newline ↵, tab ⇥, other invisible characters by
 * code point, a combining mark that stands alone on a dotted circle, nothing at all as ∅.
 */
export function labelParts(label: Token | string): readonly LabelPart[] {
  const text = typeof label === 'string' ? label : label.text;
  if (text === '') return [{ text: '∅', quiet: true }];
  const parts: LabelPart[] = [];
  const push = (piece: string, quiet: boolean) => {
    const last = parts.at(-1);
    if (last?.quiet === quiet) parts[parts.length - 1] = { text: last.text + piece, quiet };
    else parts.push({ text: piece, quiet });
  };
  const lead = text.length - text.trimStart().length;
  const trail = text.trimEnd().length;
  let index = 0;
  for (const grapheme of graphemesOf(text)) {
    const inside = index >= lead && index < trail;
    index += grapheme.length;
    if (grapheme === ' ' && inside) push(' ', false);
    else if (grapheme === '\r\n') push('␍↵', true);
    else if (visible[grapheme] !== undefined) push(visible[grapheme], true);
    else if ([...grapheme].length === 1 && hidden.test(grapheme)) push(codePointName(grapheme), true);
    else if (mark.test(grapheme)) push(`◌${grapheme}`, false);
    else push(grapheme, false);
  }
  return parts;
}

/** The label as plain text, e.g. for titles, tables and the terminal. */
export function labelText(label: Token | string): string {
  return labelParts(label)
    .map((part) => part.text)
    .join('');
}

/** Label parts cut to `width` pixels, with an ellipsis where something was cut. */
export function fitLabel(parts: readonly LabelPart[], width: number, size: number): readonly LabelPart[] {
  if (labelWidth(parts, size) <= width) return parts;
  let room = width - textWidth('…', size);
  const fitted: LabelPart[] = [];
  for (const { text, quiet } of parts) {
    let kept = '';
    for (const grapheme of graphemesOf(text)) {
      room -= textWidth(grapheme, size);
      if (room < 0) return [...fitted, { text: `${kept}…`, quiet }];
      kept += grapheme;
    }
    fitted.push({ text, quiet });
  }
  return fitted;
}

/** Width of label parts in pixels. */
export function labelWidth(parts: readonly LabelPart[], size: number): number {
  return parts.reduce((sum, part) => sum + textWidth(part.text, size), 0);
}

/** The parts with marks that keep quiet signs in their place beside right-to-left letters. */
export function isolated(parts: readonly LabelPart[]): readonly LabelPart[] {
  if (!parts.some((part) => rightToLeft.test(part.text))) return parts;
  return parts.map((part) =>
    part.quiet ? { ...part, text: rightToLeftMark + part.text + rightToLeftMark } : part,
  );
}

/**
 * Which labels are shown: every `step`th, the smallest step at which labels of `extent` pixels, `spacing` pixels apart,
 * do not touch.
 */
export function thinningStep(extent: number, spacing: number): number {
  return Math.max(1, Math.ceil(extent / spacing - 1e-9));
}
