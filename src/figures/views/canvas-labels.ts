import type { Token } from '../../tensor/index.js';
import { fitLabel, isolated, type LabelPart, labelParts, labelWidth } from '../drawing/labels.js';
import { fontFamily } from '../drawing/text-width.js';
import type { ViewPalette } from './elements.js';

/** Size of labels, in pixels. */
export const labelSize = 12;

/** Labels of an axis, cut to a width where they are longer, and the width of the longest. */
export function axisLabels(
  tokens: readonly Token[],
  limit: number,
): readonly [(readonly LabelPart[])[], number] {
  const labels = tokens.map((token) => fitLabel(labelParts(token), limit, labelSize));
  const longest = labels.reduce((most, label) => Math.max(most, labelWidth(label, labelSize)), 0);
  return [labels, Math.min(limit, Math.ceil(longest))];
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Draws a label from where its left edge shall be; what stands for whitespace is quieter. */
export function drawLabel(
  context: CanvasRenderingContext2D,
  parts: readonly LabelPart[],
  left: number,
  middle: number,
  palette: ViewPalette,
  current: boolean,
): void {
  context.font = `${current ? 600 : 400} ${labelSize}px ${fontFamily}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const color = current ? palette.accent : palette.text;
  if (parts.some((part) => rightToLeft.test(part.text))) {
    // The canvas orders such text as a whole; in pieces, the whitespace would stand on the wrong side.
    context.fillStyle = color;
    context.fillText(
      isolated(parts)
        .map((part) => part.text)
        .join(''),
      left,
      middle,
    );
    return;
  }
  let at = left;
  for (const { text, quiet } of parts) {
    context.fillStyle = quiet && !current ? palette.quiet : color;
    context.fillText(text, at, middle);
    at += context.measureText(text).width;
  }
}
