import { Resvg } from '@resvg/resvg-js';
import { PellucidError } from '../../errors.js';
import { pixelated } from '../drawing/cells.js';
import type { Drawing } from '../drawing/heatmap-markup.js';
import type { PngOptions } from '../figure.js';
import { withFonts } from './fonts.js';

/** Keeps memory below half a gigabyte. */
const mostPixels = 100_000_000;

/**
 * Turns a drawing into PNG bytes with resvg.
 * @throws PellucidError `bad-input` when the scale is not positive or the picture would be too large.
 */
export async function rasterise(drawing: Drawing, options: PngOptions = {}): Promise<Uint8Array> {
  const { scale = 2, systemFonts = true } = options;
  const pixels = drawing.width * scale * drawing.height * scale;
  if (!(scale > 0) || pixels > mostPixels) {
    throw new PellucidError(
      'bad-input',
      `A picture of ${drawing.width} × ${drawing.height} pixels cannot be drawn at scale ${scale}; choose a scale above 0 that leaves at most ${mostPixels} pixels.`,
    );
  }
  // resvg knows SVG's own word for unsmoothed pictures, browsers only that of CSS.
  const svg = drawing.svg.replaceAll(`style="${pixelated}"`, 'image-rendering="optimizeSpeed"');
  return withFonts(svg, (fontFiles) =>
    new Resvg(svg, {
      fitTo: { mode: 'zoom', value: scale },
      font: { loadSystemFonts: systemFonts, fontFiles, defaultFontFamily: 'Inter' },
    })
      .render()
      .asPng(),
  );
}
