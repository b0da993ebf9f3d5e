type Offsets = readonly [start: number, end: number];

/** Marks, and jamo and halfwidth signs, which join the character before them; a line feed joins its return. */
const joined = /^(?:[\p{M}\u1160-\u11ff\uff9e-\uffdc\u309b\u309c]*|\n)$/u;
/** Control characters that SentencePiece's maps take away from the beginning of a text. */
const removed = /^(?:(?![\t\n\f\r])\p{Cc})*/u;
const spaces = /^[\p{White_Space}\p{Cc}\p{Cf}\ufffd\u2581]*$/u;

/**
 * The convention (docs/tokenizers.md) by which the offsets of a token differ from the Rust library's, undefined when none
 * explains it.
 */
export function conventionFor(
  piece: string,
  text: string,
  [nativeStart, nativeEnd]: Offsets,
  [start, end]: Offsets,
): string | undefined {
  const before = text.slice(Math.min(start, nativeStart), Math.max(start, nativeStart));
  const after = text.slice(Math.min(end, nativeEnd), Math.max(end, nativeEnd));
  const marksOnly = joined.test(before) || joined.test(before.slice(characterUnits(before)));
  if (start === end && nativeEnd - nativeStart <= 2 && nativeStart <= end && end <= nativeEnd) {
    return 'invented';
  }
  if (/^<0x[0-9A-F]{2}>$/.test(piece) && nativeStart <= start && (end <= nativeEnd || joined.test(after))) {
    return 'bytes';
  }
  if (start <= nativeStart && end >= nativeEnd) {
    if (before !== '' && spaces.test(before) && end === nativeEnd) return 'run';
    if (marksOnly && joined.test(after)) return 'joined';
  }
  const missing = removed.exec(text)![0].length;
  const moved = [start - nativeStart, end - nativeEnd];
  if (missing > 0 && moved.every((by) => by >= 0 && by <= missing)) return 'removed';
  if (missing > 0 && start === 0 && end - nativeEnd <= missing) return 'removed';
  return undefined;
}

function characterUnits(text: string): number {
  return (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
}
