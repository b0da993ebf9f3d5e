import { colorMap } from '../drawing/color.js';

/** How weights become colours: in proportion, over four powers of ten, or by their rank in the picture. */
export type ColorScale = 'linear' | 'log' | 'rank';

/** Powers of ten below the largest weight that the logarithmic scale tells apart. */
export const decades = 4;

/** The largest value; 0 where there is none. */
export function largest(values: Float32Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

/** Position of a value on the colour map, 0 to 1, for the two scales that need no other values. */
export function positionOf(value: number, most: number, scale: 'linear' | 'log'): number {
  if (!(value > 0) || most <= 0) return 0;
  const position = scale === 'linear' ? value / most : 1 + Math.log10(value / most) / decades;
  return Math.min(1, Math.max(0, position));
}

/**
 * Steps 0 to 255 on the colour map. By rank, a weight gets the share of positive weights that are not above it, so that
 * equal weights have equal colours; zeros (masked cells among them) stay at 0.
 */
export function shadesOf(values: Float32Array, scale: ColorScale, most: number): Uint8Array {
  const shades = new Uint8Array(values.length);
  if (scale === 'rank') {
    const sorted = values.filter((value) => value > 0).sort();
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value > 0) shades[i] = Math.round((255 * upperBound(sorted, value)) / sorted.length);
    }
    return shades;
  }
  if (scale === 'linear') {
    const factor = most > 0 ? 256 / most : 0;
    for (let i = 0; i < values.length; i++) {
      const shade = values[i]! * factor;
      shades[i] = shade > 255 ? 255 : shade;
    }
    return shades;
  }
  for (let i = 0; i < values.length; i++) shades[i] = Math.round(255 * positionOf(values[i]!, most, scale));
  return shades;
}

function upperBound(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The 256 colours of a map as pixels of image data (bytes red, green, blue, alpha). */
export function pixelTable(name: string): Uint32Array {
  const map = colorMap(name);
  const bytes = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    const color = Number.parseInt(map(i / 255).slice(1), 16);
    bytes.set([color >> 16, (color >> 8) & 255, color & 255, 255], i * 4);
  }
  return new Uint32Array(bytes.buffer);
}

/** Paints values into pixels; NaN stays transparent. */
export function paintShades(
  pixels: Uint32Array,
  values: Float32Array,
  shades: Uint8Array,
  table: Uint32Array,
): void {
  for (let i = 0; i < values.length; i++) {
    pixels[i] = Number.isNaN(values[i]!) ? 0 : table[shades[i]!]!;
  }
}
