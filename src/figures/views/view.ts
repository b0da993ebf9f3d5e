import type { Theme } from '../drawing/theme.js';
import type { ColorScale } from './shades.js';
import type { Sink } from './sink.js';
import type { ViewWords } from './words.js';

/** A head, by its indexes in the attention that is shown (of one layer alone, that layer is 0). */
export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

/** What is looked at for the moment: under the pointer, or reached by keyboard. */
export interface Focus {
  readonly layer?: number;
  readonly head?: number;
  readonly destination?: number;
  readonly source?: number;
}

/** What is pinned: one object that all views share. */
export interface Selection {
  readonly heads: readonly HeadPlace[];
  /** The last destination that was pinned. */
  readonly destination: number | null;
  /** Destinations that were pinned before it. */
  readonly others?: readonly number[];
  readonly source: number | null;
}

/** What every view can be told, at the start and later. */
export interface ViewOptions {
  /** `light` by default. */
  readonly theme?: Theme;
  /** How weights become colours; `linear` by default. */
  readonly scale?: ColorScale;
  /** Everything is included by default. */
  readonly sink?: Sink;
  readonly selection?: Selection;
  /** What another part of the page looks at, shown as if it were under the pointer. */
  readonly focus?: Focus | null;
  /** What the view says, in the reader's language; English by default. */
  readonly words?: ViewWords;
  /** Told when the focus moves; null when it leaves. */
  readonly onFocus?: (focus: Focus | null) => void;
  /** Told when the person selects; the view shows the selection at once. */
  readonly onSelect?: (selection: Selection) => void;
}

/** A living view. */
export interface View<Options extends ViewOptions> {
  /** Fulfilled when everything has been drawn for the first time. */
  readonly ready: Promise<void>;
  /** Changes some options; what is not named stays. Calls no callback. */
  update(options: Options): void;
  /** Removes everything the view put into its host, and stops its work. */
  destroy(): void;
}

/** All destinations that are pinned and there, the last one pinned last. */
export function pinnedDestinations({ destination, others = [] }: Selection, rows: number): number[] {
  const all = destination === null ? [] : [...others.filter((each) => each !== destination), destination];
  return all.filter((each) => each < rows);
}

/** Nothing is pinned. */
export const noSelection: Selection = { heads: [], destination: null, source: null };
