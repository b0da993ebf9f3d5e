import { characterLength } from './aligned-text.js';

/** Letters that stand alone unless something that joins comes after them, and printable ASCII. */
const standsAlone =
  /^(?:[ -~\n]|(?=\p{L})[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Arabic}\p{sc=Hebrew}])$/u;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The grapheme clusters of a text (Unicode Standard Annex 29), as [from, to) in UTF-16 units. Only stretches with
 * characters that can join go through `Intl.Segmenter`, which is slow.
 */
export function* graphemeClusters(text: string): Iterable<readonly [from: number, to: number]> {
  let from = 0;
  while (from < text.length) {
    const to = stretchEnd(text, from);
    if (to === from) {
      const next = from + characterLength(text, from);
      yield [from, next];
      from = next;
      continue;
    }
    for (const { index, segment } of segmenter.segment(text.slice(from, to))) {
      yield [from + index, from + index + segment.length];
    }
    from = to;
  }
}

/** Where the stretch of joining characters that begins here, or with the next character, ends; `from` for none. */
function stretchEnd(text: string, from: number): number {
  let end = from;
  let joining = from;
  while (end < text.length) {
    const next = end + characterLength(text, end);
    if (!standsAlone.test(text.slice(end, next))) joining = next;
    // One character that stands alone before a joining one belongs to the stretch, and so does one after it.
    else if (end > joining || (end > from && joining === from)) break;
    end = next;
  }
  return joining === from ? from : end;
}
