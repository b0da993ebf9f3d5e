import type { Input } from 'pellucid/client';
import { create } from 'zustand';
import { type AttentionLook, firstLook } from './attention-look.js';

export const panels = ['overview', 'attention', 'attribution', 'lens', 'test'] as const;
export type PanelName = (typeof panels)[number];
export const granularities = ['tokens', 'words', 'sentences'] as const;
export type Granularity = (typeof granularities)[number];
export const verdicts = ['off', 'quick', 'full'] as const;
export const lensPlaces = ['resid', 'mid', 'attn', 'mlp'] as const;
export const units = ['component', 'layer', 'head', 'neuron'] as const;

export interface Turn {
  readonly role: string;
  readonly content: string;
}

/** What is looked at: one selection for all panels. It can be undone, and stands in the address. */
export interface View {
  /** Empty until the server has said which one is first. */
  readonly model: string;
  readonly text: string;
  /** The second text of a pair; null where there is none. */
  readonly pair: string | null;
  /** Turns of a conversation in place of the text; null where there are none. */
  readonly chat: readonly Turn[] | null;
  /** What the decoder of an encoder-decoder is given; null for nothing. */
  readonly targetText: string | null;
  /** How many tokens the model goes on with; 0 for none. */
  readonly generate: number;
  /** Ids of those of them that it reads too: the one behind them is asked about. */
  readonly written: readonly number[];
  /** As the command line writes it. */
  readonly target: string;
  /** Where the target is read; null for where the model answers. */
  readonly position: number | null;
  /** The positions of pinned tokens, in the order in which they were pinned; panels that show one show the last. */
  readonly tokens: readonly number[];
  readonly layer: number;
  readonly head: number;
  readonly panel: PanelName;
  readonly methods: readonly string[];
  readonly features: Granularity;
  readonly verdict: (typeof verdicts)[number];
  /** What the lens reads. */
  readonly place: (typeof lensPlaces)[number];
  /** Ids of the tokens that are followed through the layers. */
  readonly followed: readonly number[];
  /** How finely a score is taken apart. */
  readonly unit: (typeof units)[number];
  /** How attention is looked at. */
  readonly look: AttentionLook;
}

/** What is said of an input, and means nothing of another one. */
const ofAnInput = {
  ...{ generate: 0, written: [], target: 'logit', position: null, tokens: [], followed: [] },
} as const;

export const firstView: View = {
  model: '',
  ...{ text: '', pair: null, chat: null, targetText: null },
  ...ofAnInput,
  layer: 0,
  head: 0,
  panel: 'overview',
  methods: ['occlusion', 'integrated-gradients', 'attention-rollout'],
  features: 'tokens',
  verdict: 'quick',
  place: 'resid',
  unit: 'component',
  look: firstLook,
};

type Given = Pick<View, 'text' | 'pair' | 'chat' | 'targetText'>;

interface ViewState {
  readonly view: View;
  /** The token under the pointer or the keyboard's focus, wherever it is shown; no part of the history. */
  readonly focused: number | null;
  readonly past: readonly View[];
  readonly future: readonly View[];
  /** Changes the view; typing in one go is undone in one go. */
  change(part: Partial<View>): void;
  /** Changes the input, and forgets what was said of the one before. */
  read(part: Partial<Given>): void;
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
      const goesOn = before !== undefined && isTyping(view, next) && isTyping(before, view);
      return { view: next, past: goesOn ? past : [...past.slice(-mostSteps), view], future: [] };
    }),
  read: (part) => get().change({ ...part, ...ofAnInput }),
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

/** Whether a step is one of typing: it changes one text, and no more than that loses its meaning with it. */
function isTyping(before: View, now: View): boolean {
  const keys = Object.keys(firstView) as (keyof View)[];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]));
  const own = changed.filter((key) => !(key in ofAnInput));
  return own.length === 1 && ['text', 'pair', 'chat', 'targetText'].includes(own[0]!);
}

/** The token that panels of one token show: the last one pinned that is there, or null. */
export function lastPinned({ tokens }: View, count: number): number | null {
  return tokens.findLast((position) => position < count) ?? null;
}

/** What the model is asked to read; null where nothing is written yet. */
export function inputOf({ text, pair, chat, targetText, written }: View, decoder: boolean): Input | null {
  const behind = {
    ...(decoder && targetText ? { targetText } : {}),
    ...(written.length > 0 ? { written: [...written] } : {}),
  };
  if (chat !== null) {
    return chat.length === 0 || chat.every(({ content }) => content === '')
      ? null
      : { chat: chat.map((turn) => ({ ...turn })), ...behind };
  }
  return text === '' ? null : { text, ...(pair ? { pair } : {}), ...behind };
}
