import type { Lines } from './head-lines.js';
import { type ColorScale, shadesOf } from './shades.js';

/** Where lines are drawn, in pixels of the frame. */
export interface LinePlace {
  /** Where the lines begin and end. */
  readonly left: number;
  readonly right: number;
  /** How far the tokens are scrolled, and the height that is seen. */
  readonly top: number;
  readonly height: number;
  /** Height of a token. */
  readonly line: number;
  /** Width of a head's strip beside the tokens. */
  readonly strip: number;
  /** The colour of each head. */
  readonly colors: readonly string[];
  readonly scale: ColorScale;
  /** Lines less opaque than this, 0 to 255, are left out. */
  readonly faintest: number;
}

/** Shades of opacity that lines are sorted into: each is stroked as one path. */
const levels = 10;

/** How opaque each line is, 0 to 255; by rank, its rank among the lines drawn. */
function opacities({ weight }: Lines, scale: ColorScale): Uint8Array {
  return shadesOf(weight, scale, 1);
}

/** Draws lines as one path for each head and shade, which stays fast for tens of thousands. */
export function paintLines(context: CanvasRenderingContext2D, lines: Lines, place: LinePlace): void {
  const { left, right, top, height, line, colors } = place;
  const shades = opacities(lines, place.scale);
  const paths = new Map<number, Path2D>();
  for (let i = 0; i < lines.count; i++) {
    if (shades[i]! < place.faintest) continue;
    const from = (lines.destination[i]! + 0.5) * line - top;
    const to = (lines.source[i]! + 0.5) * line - top;
    if ((from < 0 && to < 0) || (from > height && to > height)) continue;
    const key = lines.head[i]! * levels + Math.min(levels - 1, Math.floor((shades[i]! * levels) / 256));
    let path = paths.get(key);
    if (path === undefined) {
      path = new Path2D();
      paths.set(key, path);
    }
    path.moveTo(left, from);
    path.lineTo(right, to);
  }
  // The faint ones first, so that they do not cover the others.
  for (const [key, path] of [...paths].sort(([a], [b]) => (a % levels) - (b % levels))) {
    context.globalAlpha = 0.06 + 0.94 * (((key % levels) + 0.5) / levels);
    context.strokeStyle = colors[Math.floor(key / levels)]!;
    context.lineWidth = 1 + (key % levels) / levels;
    context.stroke(path);
  }
  context.globalAlpha = 1;
}

/** Draws beside each token one strip for each head, as opaque as the weight. */
export function paintStrips(
  context: CanvasRenderingContext2D,
  lines: Lines,
  place: LinePlace & { readonly onRight: boolean },
): void {
  const { left, right, top, height, line, strip, colors, onRight } = place;
  const shades = opacities(lines, place.scale);
  const start = onRight ? right - strip * colors.length : left;
  for (let i = 0; i < lines.count; i++) {
    const at = (onRight ? lines.source[i]! : lines.destination[i]!) * line - top;
    if (at < -line || at > height) continue;
    context.globalAlpha = shades[i]! / 255;
    context.fillStyle = colors[lines.head[i]!]!;
    context.fillRect(start + lines.head[i]! * strip, at + 2, strip - 1, line - 4);
  }
  context.globalAlpha = 1;
}
