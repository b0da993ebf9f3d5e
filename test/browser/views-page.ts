/** Runs in the browser: the views as a page uses them. */
import type { Attention } from '../../src/explanations/index.js';
import {
  type Focus,
  headView,
  matrixView,
  modelView,
  packAttention,
  type Selection,
  type View,
  type ViewOptions,
} from '../../src/figures/index.js';

/** The views by name. */
const views = { head: headView, matrix: matrixView, model: modelView } as const;

export type ViewName = keyof typeof views;

/** What the tests call, from outside the page. */
export interface ViewsPage {
  /** What the view told, in order. */
  readonly focused: (Focus | null)[];
  readonly selected: Selection[];
  /** Stretches longer than 50 ms in which the page could not answer, in milliseconds. */
  readonly freezes: number[];
  /** Puts a view in place of the one before; fulfilled when it is drawn. */
  show(name: ViewName, attention: Attention, options?: ViewOptions, packed?: boolean): Promise<void>;
  update(options: ViewOptions): void;
  destroy(): number;
}

let view: View<ViewOptions> | undefined;

const page: ViewsPage = {
  focused: [],
  selected: [],
  freezes: [],
  async show(name, attention, options = {}, packed = false) {
    view?.destroy();
    document.body.replaceChildren();
    document.body.style.cssText = `margin: 0; background: ${options.theme === 'dark' ? '#14171c' : '#ffffff'}`;
    const host = document.createElement('div');
    host.style.cssText = 'width: 1000px; height: 700px; padding: 10px; box-sizing: border-box';
    document.body.append(host);
    // Typed arrays arrive from the tests as plain lists.
    const data = Float32Array.from(Object.values(attention.values.data));
    const whole: Attention = { ...attention, values: { ...attention.values, data } };
    page.focused.length = 0;
    page.selected.length = 0;
    view = views[name](host, packed ? packAttention(whole) : whole, {
      ...options,
      onFocus: (focus) => page.focused.push(focus),
      onSelect: (selection) => page.selected.push(selection),
    });
    await view.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  },
  update: (options) => view!.update(options),
  destroy() {
    view!.destroy();
    view = undefined;
    return document.body.firstElementChild!.childElementCount;
  },
};

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) page.freezes.push(entry.duration);
}).observe({ entryTypes: ['longtask'] });

Object.assign(globalThis, { views: page });
