import { useMemo } from 'react';
import { type AttentionLook, mostHeads, stackOf } from './attention-look.js';
import { useSubject } from './subject.js';
import { lastPinned, useView, type View } from './view.js';

export interface Place {
  readonly layer: number;
  readonly head: number;
}

/** How attention is looked at, with what the model has of it, and how that is changed. */
export function useLook() {
  const { model } = useSubject();
  const { view, change } = useView();
  const { look } = view;
  const stack = stackOf(model, look);
  const layer = Math.min(view.layer, stack.layers - 1);
  const head = Math.min(view.head, stack.heads - 1);
  const heads = useMemo((): readonly Place[] => {
    const others = look.also
      .map((each) => each.split('.').map(Number) as [number, number])
      .filter(([a, b]) => a < stack.layers && b < stack.heads && (a !== layer || b !== head))
      .map(([a, b]) => ({ layer: a, head: b }));
    return [...others, { layer, head }];
  }, [look.also, stack, layer, head]);
  return {
    ...{ look, stack, layer, head, heads },
    setLook: (part: Partial<AttentionLook>) => change({ look: { ...look, ...part } }),
    choose: (places: readonly Place[]) => change(chosen(view, places)),
  };
}

/** A view with these heads, the last one first among them; an empty choice changes nothing. */
function chosen({ look }: View, places: readonly Place[]): Partial<View> {
  const last = places.at(-1);
  if (last === undefined) return {};
  const also = places.slice(0, -1).slice(-mostHeads);
  return { ...last, look: { ...look, also: also.map(({ layer, head }) => `${layer}.${head}`) } };
}

/** Whether destinations, or sources, are the tokens of the text, which all panels share. */
export function sharedAxis({ look }: View, stack: string | null): 'both' | 'source' | 'none' {
  if (look.join !== 'tokens' || stack === 'decoder') return 'none';
  return stack === 'cross' ? 'source' : 'both';
}

/** The pinned destinations and the pinned source of an attention. */
export function pinsOf(view: View, stack: string | null, rows: number, columns: number) {
  const { look, tokens } = view;
  const shared = sharedAxis(view, stack);
  const within = (index: number | null, count: number) => (index !== null && index < count ? index : null);
  const destination = shared === 'both' ? lastPinned(view, rows) : within(look.destination, rows);
  return {
    destination,
    others: shared === 'both' ? tokens.filter((each) => each < rows && each !== destination) : [],
    source: shared === 'source' ? lastPinned(view, columns) : within(look.source, columns),
  };
}

/** A view in which these are pinned; what is not said to have changed stays. */
export function withPins(
  view: View,
  stack: string | null,
  before: ReturnType<typeof pinsOf>,
  next: { readonly destination: number | null; readonly source: number | null },
): Partial<View> {
  const shared = sharedAxis(view, stack);
  const toggled = (was: number | null, is: number | null) => {
    if (was === is) return view.tokens;
    const others = view.tokens.filter((each) => each !== (is ?? was));
    return is === null ? others : [...others, is];
  };
  if (shared === 'both') {
    const tokens = toggled(before.destination, next.destination);
    return { tokens, look: { ...view.look, source: next.source } };
  }
  if (shared === 'source') {
    const tokens = toggled(before.source, next.source);
    return { tokens, look: { ...view.look, destination: next.destination } };
  }
  return { look: { ...view.look, ...next } };
}
