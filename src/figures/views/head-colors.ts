import { hsl } from 'd3-color';
import { schemeTableau10 } from 'd3-scale-chromatic';
import type { Theme } from '../drawing/theme.js';

/** The colour of a head: ten that are told apart easily, then the same darker and lighter. */
export function headColor(head: number, theme: Theme): string {
  const color = hsl(schemeTableau10[head % schemeTableau10.length]!);
  const round = Math.floor(head / schemeTableau10.length);
  const shift = round === 0 ? 0 : round % 2 === 1 ? -0.17 : 0.14;
  const lightness = color.l + shift + (theme === 'dark' ? 0.08 : -0.06);
  return hsl(color.h, color.s, Math.min(0.85, Math.max(0.22, lightness))).formatHex();
}
