import { fontFamily } from '../drawing/text-width.js';
import { palettes, type Theme } from '../drawing/theme.js';

/** Colours that views have besides those of all figures. */
export interface ViewPalette {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly quiet: string;
  readonly missing: string;
  readonly sequential: string;
  readonly line: string;
  readonly accent: string;
  /** Outlines what is under the pointer; stands out from every colour of the sequential map. */
  readonly mark: string;
}

export const viewPalettes: Readonly<Record<Theme, ViewPalette>> = {
  light: { ...palettes.light, line: '#d0d7de', accent: '#0b5fbd', mark: '#d1242f' },
  dark: { ...palettes.dark, line: '#39414b', accent: '#7db7ff', mark: '#5fd7ff' },
};

type Style = Readonly<Partial<Record<keyof CSSStyleDeclaration & string, string>>>;

/** An element with styles set one by one, which the strictest content security policy allows. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  document: Document,
  name: Name,
  style: Style,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  Object.assign(element.style, style);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The outer element of a view; as tall as its host where that has a height, else as given. */
export function makeRoot(host: HTMLElement, fallbackHeight: number): HTMLDivElement {
  const filled = host.clientHeight > 120;
  const root = make(host.ownerDocument, 'div', {
    ...{ display: 'flex', flexDirection: 'column', boxSizing: 'border-box', width: '100%', minWidth: '0' },
    ...{
      height: filled ? '100%' : `${fallbackHeight}px`,
      font: `13px/1.4 ${fontFamily}`,
      position: 'relative',
    },
  });
  host.append(root);
  return root;
}

/** The colours of text and ground. */
export function applyTheme(root: HTMLElement, palette: ViewPalette, theme: Theme): void {
  Object.assign(root.style, { background: palette.background, color: palette.text, colorScheme: theme });
  for (const button of root.querySelectorAll<HTMLElement>('button, select')) {
    Object.assign(button.style, {
      ...{ background: palette.background, color: palette.text, border: `1px solid ${palette.line}` },
      ...{ borderRadius: '5px', font: 'inherit', minWidth: '26px', minHeight: '26px', padding: '1px 7px' },
    });
  }
}

/** A picture that can be reached by keyboard, and the line of text under it that tells what is looked at. */
export interface Stage {
  readonly frame: HTMLDivElement;
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  /** Under the picture: the readout, and buttons beside it. */
  readonly footer: HTMLDivElement;
  readonly readout: HTMLParagraphElement;
}

export function makeStage(root: HTMLElement, name: string, keys: string): Stage {
  const document = root.ownerDocument;
  const frame = make(
    document,
    'div',
    { flex: '1 1 0', minHeight: '0', position: 'relative', overflow: 'hidden', touchAction: 'none' },
    { tabindex: '0', role: 'application', 'aria-label': name, 'aria-roledescription': 'figure' },
  );
  frame.setAttribute('aria-description', keys);
  const canvas = make(
    document,
    'canvas',
    { position: 'absolute', inset: '0', width: '100%', height: '100%', display: 'block' },
    { 'aria-hidden': 'true' },
  );
  frame.append(canvas);
  // Two lines are kept free, so that nothing moves when the text changes.
  const readout = make(
    document,
    'p',
    { margin: '0', flex: '1', height: '2.8em', overflow: 'hidden', overflowWrap: 'anywhere' },
    { 'aria-live': 'polite' },
  );
  const footer = make(document, 'div', { display: 'flex', gap: '8px', padding: '4px 0 2px' }, {}, readout);
  root.append(frame, footer);
  return { frame, canvas, context: canvas.getContext('2d')!, footer, readout };
}

/**
 * Keeps a canvas as large as the frame it lies in, in the pixels of the device; one drawing for each frame of the
 * screen, however often it is asked for.
 */
export function keepDrawn(
  frame: HTMLElement,
  canvas: HTMLCanvasElement,
  draw: (width: number, height: number, pixelRatio: number) => void,
): { redraw(): void; stop(): void } {
  const view = frame.ownerDocument.defaultView!;
  let asked = 0;
  const redraw = () => {
    asked ||= view.requestAnimationFrame(() => {
      asked = 0;
      const ratio = Math.min(3, view.devicePixelRatio || 1);
      const [width, height] = [frame.clientWidth, frame.clientHeight];
      const [wide, high] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
      if (canvas.width !== wide) canvas.width = wide;
      if (canvas.height !== high) canvas.height = high;
      draw(width, height, ratio);
    });
  };
  const observer = new view.ResizeObserver(redraw);
  observer.observe(frame);
  redraw();
  return {
    redraw,
    stop() {
      observer.disconnect();
      view.cancelAnimationFrame(asked);
    },
  };
}
