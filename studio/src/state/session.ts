import { httpClient } from 'pellucid/client';

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

/** How this page reaches models. */
export const client = httpClient({ address: location.origin, token: takeToken() });
