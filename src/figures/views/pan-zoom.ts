import { make } from './elements.js';
import { type Extent, fitted, held, panned, type Viewport, zoomed } from './viewport.js';
import type { ViewWords } from './words.js';

/** A drawing that can be moved and zoomed by pointer, wheel, fingers, keys and buttons. */
export interface PanZoom {
  readonly viewport: Viewport;
  /** Puts the drawing back to what fits; to be called when its size changed. */
  fit(): void;
  /** Shows this part. */
  show(viewport: Viewport): void;
  /** The area has another size: what is seen stays. */
  resized(): void;
  /** Whether the key was one of zooming. */
  key(event: KeyboardEvent): boolean;
  /** Whether the pointer is dragging the drawing, so that no click should follow. */
  readonly dragging: boolean;
}

/** What is moved. */
export interface Movable {
  readonly frame: HTMLElement;
  /** Where the buttons go. */
  readonly footer: HTMLElement;
  readonly words: ViewWords;
  /** Where the drawing begins within the frame, behind labels. */
  readonly gutter: () => readonly [left: number, top: number];
  readonly drawing: () => Extent;
  readonly largestScale: () => number;
  readonly changed: () => void;
}

/** Ctrl or ⌘ with the wheel zooms, and so does a pinch; the wheel alone moves what is zoomed, else it scrolls the page. */
export function panZoom({ frame, footer, words, gutter, drawing, largestScale, changed }: Movable): PanZoom {
  const area = (): Extent => {
    const [left, top] = gutter();
    return { width: Math.max(1, frame.clientWidth - left), height: Math.max(1, frame.clientHeight - top) };
  };
  let viewport = fitted(drawing(), area());
  let whole = true;
  let dragging = false;
  const pointers = new Map<number, readonly [number, number]>();
  const show = (next: Viewport) => {
    viewport = next;
    whole = next.scale <= fitted(drawing(), area()).scale * 1.001;
    changed();
  };
  const inside = (event: { clientX: number; clientY: number }): readonly [number, number] => {
    const box = frame.getBoundingClientRect();
    const [left, top] = gutter();
    return [event.clientX - box.left - left, event.clientY - box.top - top];
  };
  const zoom = (factor: number, at?: readonly [number, number]) => {
    const { width, height } = area();
    show(zoomed(viewport, factor, at ?? [width / 2, height / 2], drawing(), area(), largestScale()));
  };
  const fit = () => show(fitted(drawing(), area()));

  const wheel = (event: WheelEvent) => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      zoom(Math.exp(-Math.min(60, Math.max(-60, event.deltaY)) * 0.01), inside(event));
    } else if (!whole) {
      const moved = panned(viewport, event.deltaX, event.deltaY, drawing(), area());
      if (moved.x === viewport.x && moved.y === viewport.y) return;
      event.preventDefault();
      show(moved);
    }
  };
  const down = (event: PointerEvent) => {
    pointers.set(event.pointerId, inside(event));
    dragging = false;
  };
  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = inside(event);
    if (pointers.size === 2) {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const apart = (a: readonly [number, number]) => Math.hypot(a[0] - other![0], a[1] - other![1]) || 1;
      dragging = true;
      zoom(apart(now) / apart(before), [(now[0] + other![0]) / 2, (now[1] + other![1]) / 2]);
    } else if (dragging || Math.hypot(now[0] - before[0], now[1] - before[1]) > 4) {
      if (!dragging) frame.setPointerCapture(event.pointerId);
      dragging = true;
      show(panned(viewport, before[0] - now[0], before[1] - now[1], drawing(), area()));
    } else return;
    pointers.set(event.pointerId, now);
  };
  const up = (event: PointerEvent) => pointers.delete(event.pointerId);

  const document = frame.ownerDocument;
  const bar = make(document, 'div', { display: 'flex', gap: '4px', flex: 'none', alignItems: 'flex-start' });
  for (const [sign, name, act] of [
    ['−', words.zoomOut, () => zoom(1 / 1.5)],
    ['+', words.zoomIn, () => zoom(1.5)],
    ['⤢', words.fit, fit],
  ] as const) {
    const button = make(document, 'button', {}, { type: 'button', 'aria-label': name, title: name }, sign);
    button.addEventListener('click', act);
    bar.append(button);
  }
  footer.append(bar);
  frame.addEventListener('wheel', wheel, { passive: false });
  frame.addEventListener('pointerdown', down);
  frame.addEventListener('pointermove', move);
  for (const kind of ['pointerup', 'pointercancel'] as const) frame.addEventListener(kind, up);

  return {
    get viewport() {
      return viewport;
    },
    get dragging() {
      return dragging;
    },
    fit,
    show,
    resized() {
      viewport = whole ? fitted(drawing(), area()) : held(viewport, drawing(), area());
    },
    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      if (event.key === '+' || event.key === '=') zoom(1.5);
      else if (event.key === '-') zoom(1 / 1.5);
      else if (event.key === '0') fit();
      else return false;
      return true;
    },
  };
}
