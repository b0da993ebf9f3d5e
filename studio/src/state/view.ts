import { create } from 'zustand';
import { type AttentionLook, firstLook } from './attention-look.js';

export const panels = ['overview', 'attention', 'attribution', 'test'] as const;
export type PanelName = (typeof panels)[number];
export const granularities = ['tokens', 'words', 'sentences'] as const;
export type Granularity = (typeof granularities)[number];

/** What is looked at: one selection for all panels. It can be undone, and stands in the address. */
export interface View {
  /** Empty until the server has said which one is first. */
  readonly model: string;
  readonly text: string;
  /** As the command line writes it. */
  readonly target: string;
  /** The positions of pinned tokens, in the order in which they were pinned; panels that show one show the last. */
  readonly tokens: readonly number[];
  readonly layer: number;
  readonly head: number;
  readonly panel: PanelName;
  readonly methods: readonly string[];
  readonly features: Granularity;
  /** How attention is looked at. */
  readonly look: AttentionLook;
}

export const firstView: View = {
  model: '',
  text: '',
  target: 'logit',
  tokens: [],
  layer: 0,
  head: 0,
  panel: 'overview',
  methods: ['occlusion', 'integrated-gradients', 'attention-rollout'],
  features: 'tokens',
  look: firstLook,
};

interface ViewState {
  readonly view: View;
  /** The token under the pointer or the keyboard's focus, wherever it is shown; no part of the history. */
  readonly focused: number | null;
  readonly past: readonly View[];
  readonly future: readonly View[];
  /** Changes the view; typing in one go is undone in one go. */
  change(part: Partial<View>): void;
  /** Pins a token, or lets it go. */
  pin(position: number): void;
  focus(position: number | null): void;
  undo(): void;
  redo(): void;
  /** Takes a view from elsewhere, such as the address. */
  show(view: View): void;
}

/** Tokens that can be pinned at a time. */
export const mostPinned = 16;

/** Steps that can be undone. */
const mostSteps = 100;

export const useView = create<ViewState>((set, get) => ({
  view: firstView,
  focused: null,
  past: [],
  future: [],
  change: (part) =>
    set(({ view, past }) => {
      const next = { ...view, ...part };
      if (JSON.stringify(next) === JSON.stringify(view)) return {};
      const before = past.at(-1);
      const typing = Object.keys(part).every((key) => key === 'text' || key === 'tokens' || key === 'target');
      const goesOn = typing && 'text' in part && before !== undefined && isTyping(before, view);
      return { view: next, past: goesOn ? past : [...past.slice(-mostSteps), view], future: [] };
    }),
  pin(position) {
    const { view, change } = get();
    const others = view.tokens.filter((each) => each !== position);
    const pinned = others.length < view.tokens.length;
    change({ tokens: pinned ? others : [...others.slice(-mostPinned + 1), position] });
  },
  focus: (focused) => set({ focused }),
  undo: () =>
    set(({ view, past, future }) =>
      past.length === 0 ? {} : { view: past.at(-1)!, past: past.slice(0, -1), future: [view, ...future] },
    ),
  redo: () =>
    set(({ view, past, future }) =>
      future.length === 0 ? {} : { view: future[0]!, past: [...past, view], future: future.slice(1) },
    ),
  show: (view) => set({ view }),
}));

/** Whether the last step was one of typing: a change of the text alone. */
function isTyping(before: View, now: View): boolean {
  return before.text !== now.text && before.model === now.model && before.panel === now.panel;
}

/** The token that panels of one token show: the last one pinned that is there, or null. */
export function lastPinned({ tokens }: View, count: number): number | null {
  return tokens.findLast((position) => position < count) ?? null;
}
