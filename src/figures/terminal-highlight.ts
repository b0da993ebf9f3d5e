import stringWidth from 'string-width';
import type { Attribution } from '../explanations/index.js';
import {
  attributionTitle,
  errorLines,
  noteLines,
  scoreText,
  shownTokens,
  verdictLine,
} from './drawing/attribution-text.js';
import { colorMap } from './drawing/color.js';
import { labelText } from './drawing/labels.js';
import { valueScale } from './drawing/scale.js';
import { type ColorDepth, styleOf } from './drawing/terminal-style.js';
import { palettes } from './drawing/theme.js';
import type { FigureDefinition } from './figure.js';

/** Options of {@link terminalHighlight}. */
export interface TerminalHighlightOptions {
  /** Bits of colour the terminal shows; 1 (none) by default. */
  readonly colorDepth?: ColorDepth;
  /** Width of the terminal in characters; 80 by default. */
  readonly columns?: number;
  /** How many of the strongest features are listed; 8 by default. */
  readonly top?: number;
}

/** What the catalogue says of this figure. */
export const terminalHighlightFigure: FigureDefinition = {
  name: 'terminal-highlight',
  summary: 'A text coloured by the scores of its features, with the strongest listed, for the terminal.',
  draws: ['attribution'],
  formats: ['text'],
};

const barWidth = 20;

/**
 * Draws an attribution as lines of text: the input on coloured ground, the strongest features with their numbers and
 * bars, the errors that the method declares, and the verdict. It says the same without colour, in numbers.
 *
 * @returns lines joined by newlines, without one at the end.
 */
export function terminalHighlight(attribution: Attribution, options: TerminalHighlightOptions = {}): string {
  const { colorDepth = 1, columns = 80, top = 8 } = options;
  const style = styleOf(colorDepth);
  const reach = Math.max(...attribution.values.data.map(Math.abs), Number.MIN_VALUE);
  const scale = valueScale([-reach, reach], { center: 0 });
  const colors = colorMap(palettes.light.diverging);
  const paint = (text: string, score: number) => {
    const position = scale.position(score);
    return style.cell(text, colors(position), 2 * Math.abs(position - 0.5));
  };
  const { title, subtitle } = attributionTitle(attribution);
  const verdict = verdictLine(attribution);
  return [
    style.strong(title),
    ...wrap([subtitle], columns).map(style.quiet),
    '',
    ...textLines(attribution, columns, paint, style.quiet),
    '',
    ...featureLines(attribution, top, reach, paint, style.quiet, colorDepth <= 4),
    ...[...errorLines(attribution), ...noteLines(attribution)].flatMap((line) => [
      '',
      ...wrap([line], columns).map(style.quiet),
    ]),
    ...(verdict ? ['', ...wrap([verdict], columns)] : []),
  ].join('\n');
}

type Paint = (text: string, score: number) => string;

/** The input, token by token, broken where the terminal ends. */
function textLines(
  attribution: Attribution,
  columns: number,
  paint: Paint,
  quiet: (text: string) => string,
): string[] {
  const lines: string[] = [''];
  let used = 0;
  for (const { token, feature, score, spaced } of shownTokens(attribution)) {
    const label = labelText(token);
    const text = spaced ? ` ${label.replace(/^·(?=.)/u, '')}` : label;
    const width = stringWidth(text);
    if (used + width > columns && used > 0) {
      lines.push('');
      used = 0;
    }
    lines[lines.length - 1] += feature === undefined ? quiet(text) : paint(text, score);
    used += width;
    if (token.text.includes('\n')) {
      lines.push('');
      used = 0;
    }
  }
  return lines.filter((line, i) => line !== '' || i < lines.length - 1).map((line) => `  ${line}`);
}

/** The strongest features: number, bar, name. */
function featureLines(
  attribution: Attribution,
  top: number,
  reach: number,
  paint: Paint,
  quiet: (text: string) => string,
  plain: boolean,
): string[] {
  const { features, values, standardError } = attribution;
  const order = [...features.keys()].sort((a, b) => Math.abs(values.data[b]!) - Math.abs(values.data[a]!));
  const lines = order.slice(0, top).map((i) => {
    const score = values.data[i]!;
    const sign = plain ? '█' : ' ';
    const length = Math.round((Math.abs(score) / reach) * barWidth);
    const bar = paint(sign.repeat(length), score) + ' '.repeat(barWidth - length);
    const error = standardError ? quiet(` ± ${standardError.data[i]!.toFixed(2)}`) : '';
    return `  ${scoreText(attribution, score).padStart(8)}${error}  ${bar}  ${labelText(features[i]!.label)}`;
  });
  const more = features.length - lines.length;
  return more > 0 ? [...lines, quiet(`  … and ${more} weaker ${more === 1 ? 'one' : 'ones'}`)] : lines;
}

/** Breaks sentences at spaces where the terminal ends. */
function wrap(texts: readonly string[], columns: number): string[] {
  return texts.flatMap((text) => {
    const lines: string[] = [];
    for (const word of text.split(' ')) {
      const last = lines.at(-1);
      if (last !== undefined && stringWidth(last) + 1 + stringWidth(word) <= columns)
        lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines;
  });
}
