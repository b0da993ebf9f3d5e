import { type RGBColor, rgb } from 'd3-color';
import * as chromatic from 'd3-scale-chromatic';
import { distance } from 'fastest-levenshtein';
import { PellucidError } from '../../errors.js';

/** A colour map: position 0 to 1 on it → CSS colour. */
export type ColorMap = (position: number) => string;

const prefix = 'interpolate';

/** Every continuous scheme of d3-scale-chromatic, under its name in lower case. */
const schemes: ReadonlyMap<string, readonly [name: string, map: ColorMap]> = new Map(
  Object.entries(chromatic)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, map]) => {
      const name = key.slice(prefix.length);
      const plain = [
        'Viridis',
        'Inferno',
        'Magma',
        'Plasma',
        'Cividis',
        'Turbo',
        'Rainbow',
        'Sinebow',
        'Warm',
        'Cool',
      ];
      const shown = plain.includes(name) ? name.toLowerCase() : name;
      return [name.toLowerCase(), [shown, map as ColorMap]];
    }),
);

/** Names that matplotlib and seaborn users know, where d3 spells them differently. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['gray', 'greys_r'],
  ['grey', 'greys_r'],
  ['gray_r', 'greys'],
  ['grey_r', 'greys'],
  ['cubehelix', 'cubehelixdefault'],
]);

/** Names of all colour maps, in alphabetical order; each also exists reversed, with `_r` behind it. */
export const colorNames: readonly string[] = [...schemes.values()]
  .map(([name]) => name)
  .sort((a, b) => a.localeCompare(b, 'en'));

/** Colours cells by 256 steps, as seaborn's colour maps do; few distinct colours also keep files small. */
const steps = 256;

/**
 * The colour map of a name: d3-scale-chromatic's names in any case (`YlGnBu`, `viridis`, `RdBu`), reversed with
 * `_r` behind, as in matplotlib.
 * @throws PellucidError `bad-input` when there is none of that name; the message names the nearest.
 */
export function colorMap(name: string): ColorMap {
  const asked = name.toLowerCase().replace(/[\s-]/g, '');
  const known = aliases.get(asked) ?? asked;
  const reversed = known.endsWith('_r');
  const scheme = schemes.get(reversed ? known.slice(0, -2) : known);
  if (scheme === undefined) {
    const nearest = [...colorNames].sort(
      (a, b) => distance(a.toLowerCase(), asked) - distance(b.toLowerCase(), asked),
    )[0];
    throw new PellucidError(
      'bad-input',
      `There are no colours named "${name}"; did you mean "${nearest}"? Known are ${colorNames.join(', ')}, each also reversed with "_r".`,
    );
  }
  const map = scheme[1];
  const cache = new Map<number, string>();
  return (position) => {
    const step = Math.min(steps - 1, Math.floor(Math.min(1, Math.max(0, position)) * steps));
    let color = cache.get(step);
    if (color === undefined) {
      const exact = step / (steps - 1);
      color = rgb(map(reversed ? 1 - exact : exact)).formatHex();
      cache.set(step, color);
    }
    return color;
  };
}

function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance by WCAG 2, 0 to 1. */
export function luminance(color: string): number {
  const { r, g, b }: RGBColor = rgb(color);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/**
 * Dark or light, whichever reads on `background`. seaborn switches at luminance 0.408, which leaves white on pale teal at
 * 2.3 : 1; this switches where both have the same contrast (WCAG 2), so that every text has at least 3.8 : 1.
 */
export function textColorOn(background: string): string {
  return luminance(background) > 0.22 ? '#262626' : '#ffffff';
}
