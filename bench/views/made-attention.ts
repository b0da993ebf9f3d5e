import type { PackedAttention } from '../../src/figures/index.js';
import type { Token } from '../../src/tensor/index.js';

/** Causal attention with a diagonal, a sink and noise in every head: the same on every run. */
export function madeAttention(layers: number, heads: number, count: number): PackedAttention {
  const size = (count * (count + 1)) / 2;
  const values = new Uint16Array(layers * heads * size);
  let state = 7;
  let at = 0;
  for (let index = 0; index < layers * heads; index++) {
    const back = index % 9;
    for (let row = 0; row < count; row++) {
      for (let column = 0; column <= row; column++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        const noise = (state >>> 16) / (4 * row + 4);
        const peak = row - column === back ? 30000 : column === 0 ? 20000 : 0;
        values[at++] = Math.min(65535, noise + peak);
      }
    }
  }
  const tokens: Token[] = Array.from({ length: count }, (_, index) => ({
    ...{
      id: index,
      piece: `t${index}`,
      text: ` token${index}`,
      offsets: null,
      segment: 0,
      special: index === 0,
    },
  }));
  const names = (length: number) => Array.from({ length }, (_, index) => String(index));
  return {
    ...{ kind: 'packed-attention', layers: names(layers), heads: names(heads), tokens, triangular: true },
    ...{ step: 1 / 65535, values },
  };
}
