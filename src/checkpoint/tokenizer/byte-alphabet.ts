/**
 * The 256 printable characters in which byte-level vocabularies write bytes (GPT-2, `bytes_to_unicode` in
 * openai/gpt-2 src/encoder.py): printable Latin-1 stands for itself, the others follow from U+0100 on. `Ġ` is a space.
 */
export const characterOfByte: readonly string[] = makeAlphabet();

/** The byte that a character of the alphabet writes. */
export const byteOfCharacter: ReadonlyMap<string, number> = new Map(
  characterOfByte.map((character, byte) => [character, byte]),
);

const encoder = new TextEncoder();

/** The UTF-8 bytes of a text in the byte alphabet: one character per byte. */
export function inByteAlphabet(text: string): string {
  if (text.length === 1 && text < '\x80') return characterOfByte[text.charCodeAt(0)]!;
  let written = '';
  for (const byte of encoder.encode(text)) written += characterOfByte[byte];
  return written;
}

function makeAlphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    return String.fromCharCode(printable ? byte : next++);
  });
}
