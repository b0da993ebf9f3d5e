import { PellucidError } from '../../errors.js';
import type { HubSettings } from './hub-settings.js';

/** What a request to the Hub was about, for messages. */
export interface HubSubject {
  /** `org/name` */
  readonly id: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** The file, where the request was for one. */
  readonly file?: string;
}

/** The error that an answer of the Hub stands for. `X-Error-Code` tells apart what the status does not. */
export function responseError(response: Response, subject: HubSubject, settings: HubSettings): PellucidError {
  const { id, revision, file } = subject;
  const { endpoint, token } = settings;
  const code = response.headers.get('x-error-code');
  const message = response.headers.get('x-error-message') ?? '';
  const { status } = response;
  if (code === 'GatedRepo') {
    const how = token
      ? `the access token from ${token.source} has no access to it: ask for access at ${endpoint}/${id}`
      : `accept its terms at ${endpoint}/${id} and set HF_TOKEN to a token of that account`;
    return new PellucidError('network', `${id} is gated (${status}): ${how}`);
  }
  if (code === 'RevisionNotFound') {
    return new PellucidError(
      'not-found',
      `${id} has no revision "${revision}" on ${hostOf(endpoint)}; give a branch, tag, commit or refs/pr/N`,
    );
  }
  if (code === 'EntryNotFound') {
    return new PellucidError('not-found', `${id} has no file ${file} at revision ${revision}`);
  }
  if (status === 401 && token && (code === null || message.startsWith('Invalid credentials'))) {
    return new PellucidError(
      'network',
      `${hostOf(endpoint)} refuses the access token from ${token.source} (401); make a new one at ` +
        `${endpoint}/settings/tokens, or remove it: public models need none`,
    );
  }
  if (code === 'RepoNotFound' || status === 404 || status === 401) {
    const how = token
      ? `the access token from ${token.source} may not see it`
      : 'it is private: then set HF_TOKEN to an access token that may read it';
    return new PellucidError(
      'not-found',
      `there is no model ${id} on ${hostOf(endpoint)} (${status}); check the name, or ${how}`,
    );
  }
  if (status === 403) {
    const who = token
      ? `the access token from ${token.source}`
      : 'a request without an access token (HF_TOKEN)';
    return new PellucidError('network', `${hostOf(endpoint)} refuses ${who} for ${whatOf(subject)} (403)`);
  }
  const reason = status === 429 ? 'asks to send fewer requests' : 'answered with an error';
  return new PellucidError(
    'network',
    `${hostOf(new URL(response.url || endpoint).origin)} ${reason} for ${whatOf(subject)} (${status}); try again later`,
  );
}

/** The error for a Hub that gave no answer, or broke it off. */
export function connectionError(cause: unknown, subject: HubSubject, settings: HubSettings): PellucidError {
  return new PellucidError(
    'network',
    `${hostOf(settings.endpoint)} could not be reached for ${whatOf(subject)} (${reasonOf(cause)}); check the network, ` +
      'or use a folder or a bundled model',
    { cause },
  );
}

export function cancelled(subject: HubSubject): PellucidError {
  return new PellucidError('cancelled', `loading ${whatOf(subject)} was cancelled`);
}

/** The error for a cache folder that cannot be written. */
export function diskError(cause: unknown, path: string): PellucidError {
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  const how =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? `the disk is full while writing ${path}; free some space`
      : `${path} cannot be written (${code}); make it writable`;
  return new PellucidError('output', `${how}, or set HF_HUB_CACHE to another folder`, { cause });
}

export function whatOf({ id, file }: HubSubject): string {
  return file === undefined ? id : `${file} of ${id}`;
}

function hostOf(address: string): string {
  return new URL(address).host;
}

/** undici wraps the real reason: "fetch failed" says nothing, its cause ENOTFOUND does. */
function reasonOf(error: unknown): string {
  let deepest = error as Error & { code?: string };
  while (deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest.code ?? (deepest.message || 'no answer');
}
