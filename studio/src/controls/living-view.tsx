import type { Attention } from 'pellucid/explanations';
import { chinese, english, type View, type ViewOptions, type ViewWords } from 'pellucid/figures';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { usePreferences } from '../state/preferences.js';

/** The words of views in the page's language. */
export function useViewWords(): ViewWords {
  return usePreferences(({ language }) => language) === 'zh' ? chinese : english;
}

/** A view of the figures that lives in the page: made anew for other attention, told of all other changes. */
export function LivingView<Options extends ViewOptions>({
  create,
  attention,
  options,
  className = '',
  host: given,
}: {
  readonly create: (host: HTMLElement, attention: Attention, options: Options) => View<Options>;
  readonly attention: Attention;
  readonly options: Options;
  readonly className?: string;
  /** Where it lives, for what saves it as it is seen. */
  readonly host?: RefObject<HTMLDivElement | null>;
}) {
  const own = useRef<HTMLDivElement>(null);
  const host = given ?? own;
  const { theme } = usePreferences();
  const pageWords = useViewWords();
  const words = options.words ?? pageWords;
  const told = useRef(options);
  told.current = options;
  const living = useRef<View<Options> | null>(null);
  const data = JSON.stringify({ ...options, theme });
  const fresh = useRef('');
  fresh.current = data;
  const shown = useRef('');
  useEffect(() => {
    if (!host.current) return undefined;
    const view = create(host.current, attention, {
      ...told.current,
      ...(JSON.parse(fresh.current) as Options),
      ...callbacks(told),
      words,
    });
    living.current = view;
    shown.current = fresh.current;
    return () => {
      living.current = null;
      view.destroy();
    };
  }, [create, attention, words, host]);
  useEffect(() => {
    if (shown.current === data) return;
    shown.current = data;
    living.current?.update(JSON.parse(data) as Options);
  }, [data]);
  const style = useMemo(() => `mounted ${className}`, [className]);
  return <div className={style} ref={host} />;
}

/** Callbacks that call what the page says at the time. */
function callbacks<Options extends ViewOptions>(told: { readonly current: Options }): Partial<Options> {
  const names = Object.keys(told.current).filter((name) => name.startsWith('on')) as (keyof Options)[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      (...given: unknown[]) => (told.current[name] as ((...all: unknown[]) => void) | undefined)?.(...given),
    ]),
  ) as Partial<Options>;
}
