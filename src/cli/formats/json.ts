import type { Explanation } from '../../explanations/index.js';
import { shortestFloat32 } from './numbers.js';

/** An explanation as JSON, one line; `values.data` is the flat list of numbers in row-major order. */
export function toJson(explanation: Explanation): string {
  const { values, ...about } = explanation;
  const { dtype, shape, axes } = values;
  const data = Array.from(values.data, shortestFloat32);
  return `${JSON.stringify({ ...about, values: { dtype, shape, axes, data } })}\n`;
}
