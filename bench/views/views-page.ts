/** Runs in the browser: views of made-up attention, timed. */
import {
  headView,
  modelView,
  type PackedAttention,
  type View,
  type ViewOptions,
} from '../../src/figures/index.js';
import { madeAttention } from './made-attention.js';

/** What the benchmark calls, from outside the page. */
export interface ViewsBench {
  /** Makes attention that is in the page before anything is timed. */
  make(layers: number, heads: number, tokens: number): void;
  /** Milliseconds from the call to the frame on which everything is drawn. */
  model(options?: ViewOptions): Promise<number>;
  /** Moves and zooms for so many frames: the milliseconds between frames. */
  move(frames: number): Promise<number[]>;
  /** Hovers tokens of the head view one after the other: milliseconds until the weights are on the screen. */
  hover(times: number): Promise<number[]>;
  /** Bytes of the page's heap and typed arrays (Chromium counts both), without the pixels of canvases. */
  memory(): Promise<number>;
  /** Stretches longer than 50 ms in which the page could not answer, in milliseconds. */
  readonly freezes: number[];
}

let packed: PackedAttention;
let view: View<ViewOptions> | undefined;
const freezes: number[] = [];

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
    packed = madeAttention(layers, heads, tokens);
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
  async hover(times) {
    const element = host();
    view = headView(element, packed, {});
    await view.ready;
    for (let i = 0; i < 3; i++) await nextFrame();
    const labels = [...element.querySelectorAll('bdi')].map((label) => label.parentElement!);
    const taken: number[] = [];
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      labels[(i * 37) % labels.length]!.dispatchEvent(new PointerEvent('pointerenter'));
      // The picture is drawn in the next frame; what follows it comes when that frame is done.
      await nextFrame();
      await new Promise((done) => setTimeout(done));
      taken.push(performance.now() - start);
      await nextFrame();
    }
    return taken;
  },
  async memory() {
    Reflect.get(globalThis, 'gc')?.();
    const { usedJSHeapSize } = Reflect.get(performance, 'memory') as { usedJSHeapSize: number };
    return usedJSHeapSize;
  },
  async move(frames) {
    freezes.length = 0;
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
