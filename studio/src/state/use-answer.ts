import type { ClientProgress, OperationName, RequestOf, ResultOf } from 'pellucid/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { client } from './session.js';

/** An answer on its way. */
export interface Asked<Name extends OperationName> {
  /** The last answer; while another is on its way, the one before. */
  readonly result: ResultOf<Name> | null;
  /** What the last answer is the answer to. */
  readonly request: RequestOf<Name> | null;
  readonly error: string | null;
  /** What kind of error it is, as the library names it; null where it is none of its own. */
  readonly code: string | null;
  readonly busy: boolean;
  /** Whether the person gave it up. */
  readonly cancelled: boolean;
  readonly progress: ClientProgress | null;
  /** Gives up what is on its way. */
  cancel(): void;
  again(): void;
}

const none = { error: null, code: null };

/** What is said of something that was thrown. */
export function failureOf(thrown: unknown): { readonly error: string; readonly code: string | null } {
  const error = thrown instanceof Error ? thrown.message : String(thrown);
  const { code } = (thrown ?? {}) as { readonly code?: unknown };
  return { error, code: typeof code === 'string' ? code : null };
}

/**
 * Asks a thing, and asks anew when it changes; what is no longer wanted is cancelled.
 * @param request null asks nothing
 * @param delay milliseconds without a change before it is asked, at most: what is answered faster than that is asked sooner
 */
export function useAnswer<Name extends OperationName>(
  name: Name,
  request: RequestOf<Name> | null,
  delay = 0,
): Asked<Name> {
  const wanted = request === null ? null : JSON.stringify(request);
  const [found, setFound] = useState<Pick<Asked<Name>, 'request' | 'result'>>({
    request: null,
    result: null,
  });
  const [failure, setFailure] = useState<Pick<Asked<Name>, 'error' | 'code'>>(none);
  const [progress, setProgress] = useState<ClientProgress | null>(null);
  const [leave, setLeave] = useState<AbortController | null>(null);
  const [round, setRound] = useState(0);
  const [cancelled, setCancelled] = useState(false);
  const took = useRef(delay);

  useEffect(() => {
    if (wanted === null) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const asked = JSON.parse(wanted) as RequestOf<Name>;
    const ask = async () => {
      const started = performance.now();
      try {
        const result = await client.ask(name, asked, {
          signal,
          onProgress: (told) => {
            if (!signal.aborted) setProgress(told);
          },
        });
        if (signal.aborted) return;
        took.current = performance.now() - started;
        setFound({ request: asked, result });
        setFailure(none);
      } catch (thrown) {
        if (signal.aborted) return;
        setFound({ request: null, result: null });
        setFailure(failureOf(thrown));
      }
      setLeave(null);
      setProgress(null);
    };
    setLeave(controller);
    setCancelled(false);
    setProgress(null);
    const timer = setTimeout(ask, round > 0 ? 0 : Math.min(delay, took.current));
    return () => {
      clearTimeout(timer);
      controller.abort();
      setLeave(null);
    };
  }, [name, wanted, delay, round]);

  const cancel = useCallback(() => {
    leave?.abort();
    setCancelled(true);
    setLeave(null);
    setProgress(null);
  }, [leave]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { ...found, ...failure, busy: leave !== null, cancelled, progress, cancel, again };
}
