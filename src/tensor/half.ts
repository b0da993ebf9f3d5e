import type { Tensor } from './tensor.js';
import { tensor } from './tensor.js';

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The value of a bfloat16, given its 16 bits: they are the upper half of a float32. */
export function bfloat16ToNumber(bits: number): number {
  word[0] = bits << 16;
  return float[0]!;
}

/** The value of an IEEE 754 half, given its 16 bits. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * The same values as float32 (exact for F16, BF16 and F32; rounded for F64; integers beyond 2^24 rounded).
 * An F32 tensor is returned as it is, without a copy.
 */
export function toFloat32(source: Tensor): Tensor<'F32'> {
  if (source.dtype === 'F32') return source as Tensor<'F32'>;
  const { dtype, data } = source;
  const read =
    dtype === 'BF16'
      ? bfloat16ToNumber
      : dtype === 'F16'
        ? float16ToNumber
        : (value: number | bigint) => Number(value);
  const values = new Float32Array(data.length);
  for (let i = 0; i < values.length; i++) values[i] = read(data[i] as number);
  return tensor('F32', source.shape, values, source.axes);
}
