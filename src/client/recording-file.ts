import { fromBase64, toBase64 } from '../api/wire.js';
import type { Recording } from './recorded.js';

/**
 * A recording as text that a page can hold: its tensors byte by byte (the first bytes of all numbers, then the second …, which
 * deflates better), deflated, in base64.
 */

/** A tensor in the file: where its bytes lie among those of all. */
interface Stored {
  readonly at: number;
  readonly count: number;
  /** What the whole numbers are multiplied with; left out where they are the floats themselves. */
  readonly step?: number;
}

/** Steps that attention is rounded to, where the exact numbers take too much room. */
const steps = [null, 1 / 65535, 1 / 4095, 1 / 255] as const;

/**
 * Writes a recording. Where it is longer than wanted the attention in it is rounded, as little as need be, and each rounded
 * explanation says so among its options (`roundedTo`); nothing else is ever rounded.
 * @param mostBytes length that is wanted, in bytes
 */
export async function packRecording(
  recording: Omit<Recording, 'step'>,
  mostBytes: number,
): Promise<{ readonly text: string; readonly step: number | null }> {
  let text = '';
  for (const step of steps) {
    text = toBase64(await deflate(bytesOf({ ...recording, step })));
    if (text.length <= mostBytes) return { text, step };
  }
  return { text, step: steps.at(-1)! };
}

/** Reads what {@link packRecording} wrote. @throws SyntaxError or RangeError for any other text */
export async function unpackRecording(text: string): Promise<Recording> {
  const bytes = await inflate(fromBase64(text.trim()));
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const json = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const numbers = bytes.subarray(4 + length);
  return JSON.parse(json, (_, part: unknown) => {
    if (!isObject(part)) return part;
    if ('stored' in part) {
      const { stored, ...rest } = part as { readonly stored: Stored };
      return { ...rest, data: read(numbers, stored) };
    }
    return part;
  }) as Recording;
}

/** The length of the description, the description as JSON, the bytes of all tensors. */
function bytesOf(recording: Recording): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let at = 0;
  const store = (data: Float32Array, step: number | null): Stored => {
    const bytes = step === null ? planes(new Uint8Array(data.slice().buffer), 4) : planesOf(data, step);
    pieces.push(bytes);
    at += bytes.length;
    return { at: at - bytes.length, count: data.length, ...(step === null ? {} : { step }) };
  };
  const encode = (value: unknown, step: number | null): unknown => {
    if (Array.isArray(value)) return value.map((part) => encode(part, step));
    if (!isObject(value)) return value;
    if (value.data instanceof Float32Array) {
      const { data, ...rest } = value;
      return { ...rest, stored: store(data as Float32Array, step) };
    }
    const rounds = recording.step !== null && isAttention(value);
    const entries = Object.entries(value).map(([name, part]) => [
      name,
      encode(part, rounds && name === 'values' ? recording.step : null),
    ]);
    const encoded = Object.fromEntries(entries) as Record<string, unknown>;
    if (rounds) encoded.options = { ...(value.options as object), roundedTo: recording.step };
    return encoded;
  };
  const json = new TextEncoder().encode(JSON.stringify(encode(recording, null)));
  const whole = new Uint8Array(4 + json.length + at);
  new DataView(whole.buffer).setUint32(0, json.length, true);
  whole.set(json, 4);
  let next = 4 + json.length;
  for (const piece of pieces) {
    whole.set(piece, next);
    next += piece.length;
  }
  return whole;
}

/** Attention lies between 0 and 1; what does not is not rounded. */
function isAttention(value: Record<string, unknown>): boolean {
  const data = (value.values as { readonly data?: unknown } | undefined)?.data;
  return (
    value.kind === 'attention' &&
    data instanceof Float32Array &&
    data.every((each) => each >= 0 && each <= 1.001)
  );
}

function planesOf(data: Float32Array, step: number): Uint8Array {
  const whole = Uint16Array.from(data, (value) => Math.min(65535, Math.round(value / step)));
  return planes(new Uint8Array(whole.buffer), 2);
}

/** Bytes of numbers, sorted by their place in the number. */
function planes(bytes: Uint8Array, width: number): Uint8Array {
  const sorted = new Uint8Array(bytes.length);
  const count = bytes.length / width;
  for (let plane = 0; plane < width; plane++)
    for (let i = 0; i < count; i++) sorted[plane * count + i] = bytes[i * width + plane]!;
  return sorted;
}

function read(numbers: Uint8Array, { at, count, step }: Stored): Float32Array {
  const width = step === undefined ? 4 : 2;
  if (!(at >= 0 && count >= 0 && at + count * width <= numbers.length))
    throw new RangeError('The recording is cut short.');
  const bytes = new Uint8Array(count * width);
  for (let plane = 0; plane < width; plane++)
    for (let i = 0; i < count; i++) bytes[i * width + plane] = numbers[at + plane * count + i]!;
  if (step === undefined) return new Float32Array(bytes.buffer);
  return Float32Array.from(new Uint16Array(bytes.buffer), (value) => value * step);
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytes, new CompressionStream('deflate-raw'));
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytes, new DecompressionStream('deflate-raw'));
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
