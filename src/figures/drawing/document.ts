import { fingerprint } from './fingerprint.js';
import type { Drawing } from './heatmap-markup.js';
import { element, type Markup } from './svg.js';
import { fontFamily } from './text-width.js';
import type { Palette } from './theme.js';

/** Everything a drawing consists of. */
export interface DocumentParts {
  /** Its accessible name. */
  readonly title: string;
  /** What it shows in words. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly parts: readonly Markup[];
}

/** Puts a drawing together as one SVG document on its ground. */
export function document({ title, description, palette, parts, ...size }: DocumentParts): Drawing {
  const [width, height] = [Math.ceil(size.width), Math.ceil(size.height)];
  const id = `pellucid-${fingerprint(`${title}${description}${palette.background}${width}`)}`;
  const { markup } = element(
    'svg',
    {
      ...{
        xmlns: 'http://www.w3.org/2000/svg',
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
      },
      'aria-labelledby': `${id}-title ${id}-desc`,
      'font-family': fontFamily,
    },
    element('title', { id: `${id}-title` }, title),
    element('desc', { id: `${id}-desc` }, description),
    element('rect', { width, height, fill: palette.background }),
    ...parts,
  );
  return { title, width, height, background: palette.background, svg: `${markup}\n` };
}
