import { PellucidError } from '../../errors.js';
import type { Drawing } from '../drawing/heatmap-markup.js';
import { escapeText } from '../drawing/svg.js';
import type { Figure, PngOptions } from '../figure.js';
import { extensionOf } from './extension.js';
import { writeFile } from './write-file.js';

async function toPng(drawing: Drawing, options?: PngOptions): Promise<Uint8Array> {
  // Loaded when needed: the rasteriser is native code, and SVG alone must work in a browser.
  const { rasterise } = await import('./png.js');
  return rasterise(drawing, options);
}

function toHtml({ title, background, svg }: Drawing): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>body { margin: 0; background: ${background} } svg { display: block; max-width: 100%; height: auto }</style>
${svg}</html>
`;
}

/** Gives a drawing the ways out that every figure has. */
export function finish(drawing: Drawing): Figure {
  const { title, width, height, svg } = drawing;
  return {
    title,
    width,
    height,
    svg,
    get html() {
      return toHtml(drawing);
    },
    png: (options) => toPng(drawing, options),
    async save(path) {
      switch (extensionOf(path)) {
        case '.svg':
          return writeFile(path, drawing.svg);
        case '.png':
          return writeFile(path, await toPng(drawing));
        case '.html':
          return writeFile(path, toHtml(drawing));
        default:
          throw new PellucidError(
            'bad-input',
            `Cannot tell the picture format of ${path}; let its name end in .svg, .png or .html.`,
          );
      }
    },
  };
}
