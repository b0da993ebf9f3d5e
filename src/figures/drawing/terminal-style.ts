import { rgb } from 'd3-color';
import { textColorOn } from './color.js';

/** Bits of colour: none, 16 colours, 256 colours, true colour. */
export type ColorDepth = 1 | 4 | 8 | 24;

/** How text is marked up for one kind of terminal. */
export interface Style {
  /** A cell on its colour; `position` is where its value lies on the colour map, 0 to 1. */
  cell(text: string, color: string, position: number): string;
  strong(text: string): string;
  quiet(text: string): string;
}

const start = '\u001b[';
const reset = `${start}0m`;
const marked = (codes: string) => (text: string) => `${start}${codes}m${text}${reset}`;
const same = (text: string) => text;

/** The six levels of each channel in the 256-colour cube (xterm's). */
const levels = [0, 95, 135, 175, 215, 255];

function nearestLevel(channel: number): number {
  const distances = levels.map((level) => Math.abs(level - channel));
  return distances.indexOf(Math.min(...distances));
}

function cubeIndex(color: string): number {
  const { r, g, b } = rgb(color);
  return 16 + 36 * nearestLevel(r) + 6 * nearestLevel(g) + nearestLevel(b);
}

function trueColor(color: string): string {
  const { r, g, b } = rgb(color);
  return `2;${r};${g};${b}`;
}

/** The markup for a terminal that shows so many bits of colour. */
export function styleOf(depth: ColorDepth): Style {
  if (depth === 1) return { cell: same, strong: same, quiet: same };
  const ground = { strong: marked('1'), quiet: marked('2') };
  // Sixteen colours belong to the reader's own theme, so only reversing is certain to be readable.
  if (depth === 4) {
    return { ...ground, cell: (text, _color, position) => (position >= 0.5 ? marked('7')(text) : text) };
  }
  const code = depth === 24 ? trueColor : (color: string) => `5;${cubeIndex(color)}`;
  return {
    ...ground,
    cell: (text, color) => marked(`48;${code(color)};38;${code(textColorOn(color))}`)(text),
  };
}
