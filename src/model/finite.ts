import type { Tensor } from '../tensor/index.js';

/**
 * Whether a value of a hook point holds NaN or an infinity. The −∞ of masked attention scores is meant. A softmax
 * row is NaN as a whole or not at all, so one entry of each row of a pattern is enough.
 */
export function isFiniteValue(hook: string, { dtype, shape, data }: Tensor): boolean {
  if (dtype !== 'F32') return true;
  const values = data as Float32Array;
  if (hook.endsWith('hook_attn_scores')) {
    return !values.some((value) => Number.isNaN(value) || value === Number.POSITIVE_INFINITY);
  }
  if (!hook.endsWith('hook_pattern')) return allFinite(values);
  const step = Math.max(1, shape.at(-1)!);
  for (let i = 0; i < values.length; i += step) {
    if (!Number.isFinite(values[i])) return false;
  }
  return true;
}

/**
 * 0 · x is 0 for a finite x and NaN otherwise, and a sum keeps a NaN. Logits of a long text are tens of millions of
 * values: four sums that do not wait for each other go through them several times faster than a test of each.
 */
function allFinite(values: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += values[i]! * 0;
    b += values[i + 1]! * 0;
    c += values[i + 2]! * 0;
    d += values[i + 3]! * 0;
  }
  for (let i = whole; i < values.length; i++) a += values[i]! * 0;
  return a + b + c + d === 0;
}
