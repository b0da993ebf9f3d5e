import { PellucidError } from '../../errors.js';
import { toBase64 } from '../drawing/base64.js';
import { isCausal, type Patterns } from '../drawing/patterns.js';
import type { Encoding, Payload } from './payload.js';

/** Bytes that patterns may take before they are stored more coarsely: base64 makes them a third larger. */
export const budget = { f32: 750_000, u12: 3_600_000 };

/** Browsers grow slow over larger files; at 8 bits this many values take 53 MB. */
export const mostValues = 40_000_000;

/** The values that are stored: all of them, or those of the lower triangles. */
function storedValues({ count, data }: Patterns, causal: boolean): Float32Array {
  if (!causal) return data;
  const stored = new Float32Array(((data.length / count) * (count + 1)) / 2);
  let next = 0;
  for (let start = 0; start < data.length; start += count) {
    const length = ((start / count) % count) + 1;
    stored.set(data.subarray(start, start + length), next);
    next += length;
  }
  return stored;
}

/** The stored form of the patterns: exact where small, else whole numbers of steps, as fine as the budget allows. */
export function encodePatterns(
  patterns: Patterns,
): Pick<Payload, 'causal' | 'encoding' | 'step' | 'patterns'> {
  const causal = isCausal(patterns);
  const values = storedValues(patterns, causal);
  if (values.length > mostValues) {
    throw new PellucidError(
      'bad-input',
      `A page of ${patterns.layers.length} layers × ${patterns.heads.length} heads × ${patterns.count} tokens would be larger than ${Math.round((mostValues * 4) / 3e6)} MB; choose one layer, or a shorter text.`,
    );
  }
  const encoding: Encoding =
    values.length * 4 <= budget.f32 ? 'f32' : values.length * 1.5 <= budget.u12 ? 'u12' : 'u8';
  if (encoding === 'f32') {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, i) => {
      view.setFloat32(i * 4, value, true);
    });
    return { causal, encoding, step: 1, patterns: toBase64(new Uint8Array(view.buffer)) };
  }
  const bad = values.find((value) => !(value >= 0 && value <= 1.001));
  if (bad !== undefined) {
    throw new PellucidError('bad-input', `Attention lies between 0 and 1, but the page was given ${bad}.`);
  }
  const most = encoding === 'u12' ? 4095 : 255;
  const step = 1 / most;
  const whole = (value: number) => Math.min(most, Math.round(value * most));
  const bytes = encoding === 'u12' ? packPairs(values, whole) : Uint8Array.from(values, whole);
  return { causal, encoding, step, patterns: toBase64(bytes) };
}

/** Two numbers of 12 bits in three bytes, the first in the upper bits. */
function packPairs(values: Float32Array, whole: (value: number) => number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 2) * 3);
  for (let i = 0, at = 0; i < values.length; i += 2, at += 3) {
    const [first, second] = [whole(values[i]!), whole(values[i + 1] ?? 0)];
    bytes[at] = first >> 4;
    bytes[at + 1] = ((first & 0xf) << 4) | (second >> 8);
    bytes[at + 2] = second & 0xff;
  }
  return bytes;
}
