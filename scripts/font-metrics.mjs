// Writes src/figures/drawing/generated/font-metrics.ts: the advance widths of the bundled font, so that figures can be laid out
// without reading a font file. Run `node scripts/font-metrics.mjs` after the font package changes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import opentype from 'opentype.js';

/** Widths are counted in 1/500 em, two base-36 digits each. */
const unitsPerEm = 500;
/** Letters, punctuation, arrows and mathematical signs; the rest is drawn with fallback fonts. */
const lastCodePoint = 0x27bf;

function runsOf(file) {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/inter/${file}`)));
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const runs = [];
  let previous = -1;
  for (let codePoint = 0x20; codePoint <= lastCodePoint; codePoint++) {
    const glyph = font.charToGlyph(String.fromCodePoint(codePoint));
    if (glyph.index === 0) continue;
    const width = Math.round((glyph.advanceWidth / font.unitsPerEm) * unitsPerEm);
    if (codePoint !== previous + 1) runs.push([codePoint, '']);
    runs.at(-1)[1] += width.toString(36).padStart(2, '0');
    previous = codePoint;
  }
  return runs;
}

const target = new URL('../src/figures/drawing/generated/font-metrics.ts', import.meta.url);
mkdirSync(new URL('.', target), { recursive: true });
writeFileSync(
  target,
  `// Written by scripts/font-metrics.mjs from Inter (SIL Open Font License 1.1). Do not edit.
/** Units of one em in the tables below. */
export const unitsPerEm = ${unitsPerEm};
/** Runs of neighbouring code points: the first one, then two base-36 digits of advance width each. */
export const regular: readonly (readonly [number, string])[] = ${JSON.stringify(runsOf('400Regular/Inter_400Regular.ttf'))};
export const semibold: readonly (readonly [number, string])[] = ${JSON.stringify(runsOf('600SemiBold/Inter_600SemiBold.ttf'))};
`,
);
