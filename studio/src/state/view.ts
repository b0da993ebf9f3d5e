import { create } from 'zustand';

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
  /** A position; null where none is pinned. */
  readonly token: number | null;
  readonly layer: number;
  readonly head: number;
  readonly panel: PanelName;
  readonly methods: readonly string[];
  readonly features: Granularity;
  /** How a head is drawn. */
  readonly drawing: 'matrix' | 'lines';
}

export const firstView: View = {
  model: '',
  text: '',
  target: 'logit',
  token: null,
  layer: 0,
  head: 0,
  panel: 'overview',
  methods: ['occlusion', 'integrated-gradients', 'attention-rollout'],
  features: 'tokens',
  drawing: 'matrix',
};

interface ViewState {
  readonly view: View;
  readonly past: readonly View[];
  readonly future: readonly View[];
  /** Changes the view; typing in one go is undone in one go. */
  change(part: Partial<View>): void;
  undo(): void;
  redo(): void;
  /** Takes a view from elsewhere, such as the address. */
  show(view: View): void;
}

/** Steps that can be undone. */
const mostSteps = 100;

export const useView = create<ViewState>((set) => ({
  view: firstView,
  past: [],
  future: [],
  change: (part) =>
    set(({ view, past }) => {
      const next = { ...view, ...part };
      if (JSON.stringify(next) === JSON.stringify(view)) return {};
      const before = past.at(-1);
      const typing = Object.keys(part).every((key) => key === 'text' || key === 'token' || key === 'target');
      const goesOn = typing && 'text' in part && before !== undefined && isTyping(before, view);
      return { view: next, past: goesOn ? past : [...past.slice(-mostSteps), view], future: [] };
    }),
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
