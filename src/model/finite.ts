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
  const step = hook.endsWith('hook_pattern') ? Math.max(1, shape.at(-1)!) : 1;
  for (let i = 0; i < values.length; i += step) {
    if (!Number.isFinite(values[i])) return false;
  }
  return true;
}
