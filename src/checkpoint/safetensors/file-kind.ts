const resave = 'save the model again as safetensors';

/** How the usual mistakes start, byte for byte, and what to do about each. */
const kinds: readonly { readonly starts: readonly string[]; readonly is: string }[] = [
  {
    starts: ['version https://git-lfs'],
    is: 'is a Git LFS pointer, not the file it stands for; run "git lfs pull" in its repository',
  },
  {
    starts: ['<!doctype', '<!DOCTYPE', '<html', '<HTML', '<?xml'],
    is: 'is a web page, not weights; download the file itself again',
  },
  { starts: ['GGUF'], is: 'is a GGUF file; use the same model published as safetensors' },
  {
    starts: ['PK\u0003\u0004', '\u0080\u0002', '\u0080\u0003', '\u0080\u0004', '\u0080\u0005'],
    is: `is a zip archive or a pickle, as PyTorch writes them, and is never opened because it can run code; ${resave}`,
  },
  { starts: ['\u0089HDF\r\n'], is: `is an HDF5 file; ${resave}` },
  { starts: ['\u001f\u008b'], is: 'is gzip-compressed; unpack it first' },
];

/** How many of a file's first bytes {@link foreignKind} looks at. */
export const sniffedBytes = 64;

/**
 * What a file is that was taken for safetensors, told from its first bytes, with what to do; undefined when it
 * looks like none of the usual mistakes.
 */
export function foreignKind(first: Uint8Array): string | undefined {
  const start = String.fromCharCode(...first.subarray(0, sniffedBytes)).trimStart();
  return kinds.find((kind) => kind.starts.some((prefix) => start.startsWith(prefix)))?.is;
}
