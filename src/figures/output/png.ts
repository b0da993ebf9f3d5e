import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { PellucidError } from '../../errors.js';
import type { Drawing } from '../drawing/heatmap-markup.js';
import type { PngOptions } from '../figure.js';

/** Text that a machine without fonts must still show: Latin, Greek, Cyrillic; Arabic, Hebrew, symbols; emoji. */
const bundledFonts = [
  '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
  'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  '@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
];

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
  const resvg = new Resvg(drawing.svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      loadSystemFonts: systemFonts,
      fontFiles: bundledFonts.map((file) => fileURLToPath(import.meta.resolve(file))),
      defaultFontFamily: 'Inter',
    },
  });
  return resvg.render().asPng();
}
