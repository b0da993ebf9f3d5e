/** A tensor's numbers as they travel. */
interface Encoded {
  readonly base64: string;
}

/** A result as JSON; the numbers of tensors are base64 in place of `data`, which is read ten times faster than decimals. */
export function toWire(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (!isTensor(part)) return part;
    const { data, ...rest } = part;
    return { ...rest, base64: toBase64(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) };
  });
}

/** The result that {@link toWire} wrote. */
export function fromWire(json: string): unknown {
  return JSON.parse(json, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || !('base64' in part)) return part;
    const { base64, ...rest } = part as Encoded;
    return { ...rest, data: new Float32Array(fromBase64(base64).buffer) };
  });
}

/** By the engine itself where it can, for a loop over millions of characters stops a page. */
export function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native) return native.call(Uint8Array, base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function isTensor(part: unknown): part is { readonly data: Float32Array } {
  return (
    typeof part === 'object' && part !== null && (part as { data?: unknown }).data instanceof Float32Array
  );
}

/** Base64; in pieces, since a function takes only so many arguments. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}
