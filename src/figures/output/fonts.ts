import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sfntFromWoff } from './woff.js';

/** Inter for Latin, Greek and Cyrillic; DejaVu for Arabic, Hebrew and symbols; Noto Emoji. */
const bundled = [
  '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
  'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  '@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
];

/** Every other character of the Basic Multilingual Plane, coarse but right. */
const lastResort = '@fontsource/unifontex/files/unifontex-latin-400-normal.woff';

/** Characters that no bundled font but the last resort has: other scripts, and the punctuation of East Asian ones. */
const beyondBundled =
  /[^\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hebr}\p{sc=Arab}\p{sc=Armn}\p{sc=Geor}\p{sc=Zyyy}\p{sc=Zinh}]|[\u2e80-\u33ff\ufe30-\ufe4f\uff00-\uffef]/u;

function locate(file: string): string {
  return fileURLToPath(import.meta.resolve(file));
}

/** Calls `use` with the font files that can show a text; files made for it are removed afterwards. */
export async function withFonts<T>(text: string, use: (files: string[]) => T): Promise<T> {
  const files = bundled.map(locate);
  if (!beyondBundled.test(text)) return use(files);
  // The rasteriser reads fonts from files only, and only as sfnt. A private folder, so that nobody else can put a font there.
  const folder = await mkdtemp(join(tmpdir(), 'pellucid-fonts-'));
  try {
    const path = join(folder, 'last-resort.ttf');
    await writeFile(path, sfntFromWoff(await readFile(locate(lastResort))));
    return use([...files, path]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
