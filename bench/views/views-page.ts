/** Runs in the browser: views of made-up attention, timed. */
import type { Attention } from '../../src/explanations/index.js';
import { modelView, type PackedAttention, type View, type ViewOptions } from '../../src/figures/index.js';

/** What the benchmark calls, from outside the page. */
export interface ViewsBench {
  /** Makes attention that is in the page before anything is timed. */
  make(layers: number, heads: number, tokens: number): void;
  /** Milliseconds from the call to the frame on which everything is drawn. */
  model(options?: ViewOptions): Promise<number>;
  /** Moves and zooms for so many frames: the milliseconds between frames. */
  move(frames: number): Promise<number[]>;
  readonly freezes: number[];
}

let packed: PackedAttention;
let view: View<ViewOptions> | undefined;
const freezes: number[] = [];

/** Causal attention with diagonals, sinks and noise; every head another mixture. */
function makeAttention(layers: number, heads: number, count: number): PackedAttention {
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
  const tokens: Attention['tokens'] = Array.from({ length: count }, (_, index) => ({
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

function host(): HTMLElement {
  view?.destroy();
  const element = document.createElement('div');
  element.style.cssText = 'width: 1000px; height: 800px';
  document.body.replaceChildren(element);
  return element;
}

const nextFrame = () => new Promise<number>((done) => requestAnimationFrame(done));

const page: ViewsBench = {
  freezes,
  make(layers, heads, tokens) {
    packed = makeAttention(layers, heads, tokens);
  },
  async model(options = {}) {
    const element = host();
    await nextFrame();
    const start = performance.now();
    view = modelView(element, packed, options);
    await view.ready;
    // The frame after the one that draws: by then the picture is on the screen.
    await nextFrame();
    await nextFrame();
    return performance.now() - start;
  },
  async move(frames) {
    const frame = document.querySelector<HTMLElement>('[role=application]')!;
    const box = frame.getBoundingClientRect();
    const between: number[] = [];
    let last = await nextFrame();
    for (let i = 0; i < frames; i++) {
      const zooms = i < frames / 3;
      frame.dispatchEvent(
        new WheelEvent('wheel', {
          ...{ ctrlKey: zooms, deltaY: zooms ? -8 : 25, deltaX: zooms ? 0 : 25, cancelable: true },
          ...{ clientX: box.left + 500, clientY: box.top + 400 },
        }),
      );
      const now = await nextFrame();
      between.push(now - last);
      last = now;
    }
    return between;
  },
};

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) freezes.push(entry.duration);
}).observe({ entryTypes: ['longtask'] });

Object.assign(globalThis, { bench: page });
