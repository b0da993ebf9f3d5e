import type { EncodedPiece } from './encoder.js';

/**
 * Leaves the spaces that byte-level tokens begin and end with out of their offsets, as the Rust library does for models
 * with `trim_offsets` (`process_offsets` in pre_tokenizers/byte_level.rs).
 * @param addsPrefixSpace a single space that the first token begins with is left in
 */
export function trimmedOffsets(
  pieces: readonly EncodedPiece[],
  pieceOf: (id: number) => string,
  addsPrefixSpace: boolean,
): EncodedPiece[] {
  return pieces.map(({ id, offsets: [start, end] }, index) => {
    const piece = pieceOf(id);
    let leading = /^[Ġ\p{White_Space}]*/u.exec(piece)![0].length;
    const trailing = piece.length - piece.replace(/[Ġ\p{White_Space}]+$/u, '').length;
    if (leading === 1 && (index === 0 || start === 0) && addsPrefixSpace) leading = 0;
    const trimmedStart = Math.min(start + leading, end);
    return { id, offsets: [trimmedStart, Math.max(end - trailing, trimmedStart)] };
  });
}
