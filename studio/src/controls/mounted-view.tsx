import type { Attention } from 'pellucid/explanations';
import { chinese, english, headView, matrixView, type Selection } from 'pellucid/figures';
import { useEffect, useRef } from 'react';
import { usePreferences } from '../state/preferences.js';
import { lastPinned, useView } from '../state/view.js';

const views = { matrix: matrixView, lines: headView } as const;

/** One head as a living view; the pinned token is the destination that it shows, and the other way round. */
export function MountedView({ kind, one }: { readonly kind: keyof typeof views; readonly one: Attention }) {
  const host = useRef<HTMLDivElement>(null);
  const { theme, language } = usePreferences();
  const { view, pin } = useView();
  const token = lastPinned(view, (one.destinationTokens ?? one.tokens).length);
  const pinned = useRef(token);
  pinned.current = token;
  const mounted = useRef<ReturnType<typeof matrixView> | null>(null);
  useEffect(() => {
    if (!host.current) return undefined;
    const living = views[kind](host.current, one, {
      theme,
      words: language === 'zh' ? chinese : english,
      selection: selectionOf(pinned.current),
      onSelect({ destination }) {
        // What is clicked again is let go, which the view says as null.
        const clicked = destination ?? pinned.current;
        if (clicked !== null) pin(clicked);
      },
    });
    mounted.current = living;
    return () => {
      mounted.current = null;
      living.destroy();
    };
  }, [kind, one, theme, language, pin]);
  useEffect(() => mounted.current?.update({ selection: selectionOf(token) }), [token]);
  return <div className="mounted" ref={host} />;
}

/** The one head that is there, and the pinned token. */
function selectionOf(token: number | null): Selection {
  return { heads: [{ layer: 0, head: 0 }], destination: token, source: null };
}
