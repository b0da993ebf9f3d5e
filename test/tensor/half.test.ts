import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bfloat16ToNumber, float16ToNumber, tensor, toFloat32 } from '../../src/tensor/index.js';

const allBits = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

/** IEEE 754-2008 §3.4 read digit by digit: sign, 5 bits of exponent, 10 of fraction. */
function halfFromDigits(bits: number): number {
  const digits = bits.toString(2).padStart(16, '0');
  const sign = digits[0] === '1' ? -1 : 1;
  const exponent = Number.parseInt(digits.slice(1, 6), 2);
  const fraction = Number.parseInt(digits.slice(6), 2);
  if (exponent === 31) return fraction === 0 ? sign / 0 : Number.NaN;
  const leading = exponent === 0 ? 0 : 1024;
  return sign * (leading + fraction) * 2 ** (Math.max(exponent, 1) - 25);
}

test('every half has its value, the sign of zero included', () => {
  for (const bits of allBits)
    assert.ok(Object.is(float16ToNumber(bits), halfFromDigits(bits)), `bits ${bits}`);
});

test('halves that are known: smallest, largest, one third', () => {
  assert.equal(float16ToNumber(0x0001), 2 ** -24);
  assert.equal(float16ToNumber(0x7bff), 65504);
  assert.equal(float16ToNumber(0x3555), 0.333251953125);
  assert.equal(float16ToNumber(0xc000), -2);
});

test('every bfloat16 is the upper half of a float32', () => {
  const view = new DataView(new ArrayBuffer(4));
  for (const bits of allBits) {
    view.setUint16(0, bits);
    assert.ok(Object.is(bfloat16ToNumber(bits), view.getFloat32(0)), `bits ${bits}`);
  }
});

test('toFloat32 gives the same values, shape and axes, whatever the type', () => {
  const axes = ['row', 'column'];
  const cases = [
    tensor('F16', [1, 2], Uint16Array.of(0x3c00, 0xc000), axes),
    tensor('BF16', [1, 2], Uint16Array.of(0x3f80, 0xc000), axes),
    tensor('F64', [1, 2], Float64Array.of(1, -2), axes),
    tensor('I64', [1, 2], BigInt64Array.of(1n, -2n), axes),
    tensor('I8', [1, 2], Int8Array.of(1, -2), axes),
  ];
  for (const source of cases)
    assert.deepEqual(toFloat32(source), tensor('F32', [1, 2], Float32Array.of(1, -2), axes), source.dtype);
});

test('toFloat32 does not copy float32', () => {
  const source = tensor('F32', [2], Float32Array.of(1, 2));
  assert.equal(toFloat32(source), source);
});
