import { setTimeout as sleep } from 'node:timers/promises';
import { PellucidError } from '../../errors.js';
import { cancelled, connectionError, type HubSubject, responseError } from './hub-errors.js';
import type { HubSettings } from './hub-settings.js';

/** How a request is repeated: a connection that is cut or a server that is busy is tried this often in all. */
export const patientAttempts = 5;

/** A server that asks to wait longer than this is not waited for. */
const longestWait = 60_000;

export interface RequestOptions {
  readonly settings: HubSettings;
  readonly subject: HubSubject;
  readonly signal?: AbortSignal | undefined;
  /** How often to try; {@link patientAttempts} by default. */
  readonly attempts?: number;
}

/**
 * `fetch` for the Hub, in the form `@huggingface/hub` takes one: it sends the access token to the Hub's own origin
 * and nowhere else (a redirect to a file store drops it), repeats what may succeed later (408, 429, 5xx, no
 * connection) and turns every failure into a PellucidError.
 */
export function hubFetch({
  settings,
  subject,
  signal,
  attempts = patientAttempts,
}: RequestOptions): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    headers.set('user-agent', 'pellucid');
    if (settings.token && url.origin === new URL(settings.endpoint).origin) {
      headers.set('authorization', `Bearer ${settings.token.value}`);
    }
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= attempts;
      let response: Response;
      try {
        response = await once(url, { ...init, headers }, settings.idleTimeout, signal ?? init?.signal);
      } catch (cause) {
        if (signal?.aborted) throw cancelled(subject);
        if (last) throw connectionError(cause, subject, settings);
        await pause(backoff(attempt, settings), subject, signal);
        continue;
      }
      if (response.ok || response.status === 416) return response;
      const wait = retryAfter(response) ?? backoff(attempt, settings);
      await response.body?.cancel();
      if (last || !mayPass(response.status) || wait > longestWait)
        throw responseError(response, subject, settings);
      await pause(wait, subject, signal);
    }
  };
}

/** Milliseconds to wait after the given failed attempt. */
export function backoff(attempt: number, settings: HubSettings): number {
  return Math.min(settings.retryDelay * 2 ** (attempt - 1), longestWait);
}

/** @throws PellucidError `cancelled` when the signal fires meanwhile. */
export async function pause(milliseconds: number, subject: HubSubject, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal ? { signal } : {});
  } catch {
    throw cancelled(subject);
  }
}

/** One request, given up when its head does not arrive in time; reading the body has no such limit. */
async function once(
  url: URL,
  init: RequestInit,
  timeout: number,
  signal: AbortSignal | null | undefined,
): Promise<Response> {
  const slow = new AbortController();
  const timer = setTimeout(
    () => slow.abort(new PellucidError('network', `no answer in ${timeout / 1000} seconds`)),
    timeout,
  );
  try {
    return await fetch(url, {
      ...init,
      signal: signal ? AbortSignal.any([signal, slow.signal]) : slow.signal,
    });
  } finally {
    clearTimeout(timer);
  }
}

function mayPass(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Milliseconds that `Retry-After` (seconds or a date) asks for. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}
