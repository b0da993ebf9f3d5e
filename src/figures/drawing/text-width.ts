import { eastAsianWidth } from 'get-east-asian-width';
import { regular, semibold, unitsPerEm } from './generated/font-metrics.js';

/** Weights that the bundled font comes in. */
export type FontWeight = 400 | 600;

/**
 * Families for SVG. The bundled Inter comes first, since the layout is measured with it; the others are what
 * systems have, for machines that show the SVG without it.
 */
export const fontFamily =
  "Inter, 'Segoe UI', 'Helvetica Neue', Roboto, 'Liberation Sans', 'DejaVu Sans', 'Noto Sans', 'Noto Emoji', sans-serif";

/** Families for labels with East Asian characters: sans-serif ones first, where a system has several. */
export const eastAsianFontFamily =
  "'Noto Sans CJK SC', 'Noto Sans SC', 'Noto Sans JP', 'Noto Sans KR', 'PingFang SC', 'Hiragino Sans', 'Apple SD Gothic Neo', 'Microsoft YaHei', 'Malgun Gothic', Inter, sans-serif";

/** Whether a text has East Asian letters. */
export function isEastAsian(text: string): boolean {
  return /[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}]/u.test(text);
}

function readRuns(runs: typeof regular): Map<number, number> {
  const widths = new Map<number, number>();
  for (const [first, digits] of runs) {
    for (let i = 0; i * 2 < digits.length; i++) {
      widths.set(first + i, Number.parseInt(digits.slice(i * 2, i * 2 + 2), 36) / unitsPerEm);
    }
  }
  return widths;
}

const widths: Readonly<Record<FontWeight, ReadonlyMap<number, number>>> = {
  400: readRuns(regular),
  600: readRuns(semibold),
};

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\ufe0f/u;
const invisible = /^[\p{Mark}\p{Cf}]+$/u;
/** Letters of scripts that the fallback fonts draw wider than Latin ones: Arabic, Devanagari, Thai and so on. */
const otherScript = 0.72;

/** What a reader takes for single characters, e.g. a letter with its accents, or a family of joined emoji. */
export function graphemesOf(text: string): string[] {
  return Array.from(graphemes.segment(text), (part) => part.segment);
}

/** Width of a text in pixels at `size` pixels, from the advance widths of the bundled font; wide characters are 1 em. */
export function textWidth(text: string, size: number, weight: FontWeight = 400): number {
  let ems = 0;
  for (const grapheme of graphemesOf(text)) {
    if (invisible.test(grapheme)) continue;
    const first = grapheme.codePointAt(0)!;
    // Emoji fonts draw a little wider than an em.
    if (emoji.test(grapheme) && first > 0xff) ems += 1.3;
    else if (eastAsianWidth(first) === 2) ems += 1;
    else ems += widths[weight].get(first) ?? otherScript * Math.max(1, grapheme.length / 2);
  }
  return ems * size;
}
