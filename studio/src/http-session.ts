import { httpClient } from 'pellucid/client';
import type { Session } from './state/session.js';

const key = 'pellucid-token';

/** The server's token: from the address, where it then no longer stands, or from an earlier load of this page. */
function takeToken(): string {
  const given = new URLSearchParams(location.hash.replace(/^#/, ''));
  const token = given.get('key');
  if (token === null) return sessionStorage.getItem(key) ?? '';
  sessionStorage.setItem(key, token);
  given.delete('key');
  history.replaceState(null, '', `${location.pathname}#${given}`);
  return token;
}

/** Models behind the server that gave this page. */
export const httpSession = (): Session => ({
  client: httpClient({ address: location.origin, token: takeToken() }),
});
