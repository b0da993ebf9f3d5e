/** Width and height, in pixels of whatever is measured. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Which part of a drawing is seen: a point of the drawing is shown at `(point - corner) * scale`. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Shows all of a drawing, in the middle of its area. */
export function fitted(drawing: Extent, area: Extent): Viewport {
  const scale = Math.max(1e-6, Math.min(area.width / drawing.width, area.height / drawing.height));
  return held({ x: 0, y: 0, scale }, drawing, area);
}

/** Along one axis: a drawing smaller than its area starts at its beginning, a larger one covers it. */
function heldAxis(corner: number, drawn: number, seen: number): number {
  return seen >= drawn ? 0 : Math.min(drawn - seen, Math.max(0, corner));
}

/** The nearest viewport that shows no emptiness beyond the drawing. */
export function held(viewport: Viewport, drawing: Extent, area: Extent): Viewport {
  const { x, y, scale } = viewport;
  return {
    x: heldAxis(x, drawing.width, area.width / scale),
    y: heldAxis(y, drawing.height, area.height / scale),
    scale,
  };
}

/** Zooms by a factor, with the point under (`left`, `top`) staying where it is. */
export function zoomed(
  viewport: Viewport,
  factor: number,
  at: readonly [left: number, top: number],
  drawing: Extent,
  area: Extent,
  largestScale: number,
): Viewport {
  const smallest = fitted(drawing, area).scale;
  const scale = Math.min(Math.max(largestScale, smallest), Math.max(smallest, viewport.scale * factor));
  const x = viewport.x + at[0] / viewport.scale - at[0] / scale;
  const y = viewport.y + at[1] / viewport.scale - at[1] / scale;
  return held({ x, y, scale }, drawing, area);
}

/** Moves what is seen by so many pixels of the area. */
export function panned(
  viewport: Viewport,
  right: number,
  down: number,
  drawing: Extent,
  area: Extent,
): Viewport {
  const { x, y, scale } = viewport;
  return held({ x: x + right / scale, y: y + down / scale, scale }, drawing, area);
}

/** The viewport moved as little as possible so that a rectangle of the drawing is seen. */
export function revealing(
  viewport: Viewport,
  box: Extent & { readonly x: number; readonly y: number },
  drawing: Extent,
  area: Extent,
): Viewport {
  const { scale } = viewport;
  const [wide, high] = [area.width / scale, area.height / scale];
  const x = Math.min(box.x, Math.max(viewport.x, box.x + box.width - wide));
  const y = Math.min(box.y, Math.max(viewport.y, box.y + box.height - high));
  return held({ x, y, scale }, drawing, area);
}
