import type { Payload } from './payload.js';

/** One head: a row for each destination, a column for each source, row-major; values that cannot be are NaN. */
export type PatternOf = (layer: number, head: number) => Float32Array;

/**
 * Reads the patterns of a payload. Runs inside the page, from its own source text: it may use nothing but its argument
 * and what browsers have.
 */
export function decodePatterns(payload: Payload): PatternOf {
  const { causal, encoding, heads, step, tokens, destinations = tokens } = payload;
  const [rows, count] = [destinations.length, tokens.length];
  const stored = causal ? (count * (count + 1)) / 2 : rows * count;
  const binary = atob(payload.patterns);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const read = (index: number): number => {
    if (encoding === 'f32') return view.getFloat32(index * 4, true);
    if (encoding === 'u8') return step * view.getUint8(index);
    const pair = view.getUint16((index * 3) >> 1);
    return step * (index % 2 === 0 ? pair >> 4 : pair & 0xfff);
  };
  return (layer, head) => {
    const pattern = new Float32Array(rows * count).fill(Number.NaN);
    let next = (layer * heads.length + head) * stored;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < (causal ? row + 1 : count); column++) {
        pattern[row * count + column] = read(next++);
      }
    }
    return pattern;
  };
}
