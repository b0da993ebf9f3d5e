import { type Tensor, tensor } from '../../src/tensor/index.js';
import type { Input } from './operator-cases.js';

/** Numbers in [0, 1), the same for the same seed (Park and Miller 1988). */
export function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed + 1; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

/** An input with values that its description makes from random numbers. */
export function fillInput(
  { dtype, shape, value, values: own }: Input,
  random: Generator<number, never>,
): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = own ?? Array.from({ length: count }, () => value(random.next().value));
  if (dtype === 'I64') return tensor('I64', shape, BigInt64Array.from(values, BigInt));
  return dtype === 'BOOL' || dtype === 'U8'
    ? tensor(dtype, shape, Uint8Array.from(values))
    : tensor('F32', shape, Float32Array.from(values));
}
