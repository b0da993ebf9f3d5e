import { rgb } from 'd3-color';

/** Black or white, whichever is read better on a colour: at least 4.5 to 1 (WCAG 2.2, relative luminance). */
export function inkOn(background: string): string {
  const { r, g, b } = rgb(background);
  const [red, green, blue] = [r, g, b].map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff';
}
